import { execFile } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { findK6 } from './k6-binary';

export interface Ended {
  code: number;
  out: string;
  error: string;
}

/**
 * Metrics that a slow machine crosses even if the service answers correctly. One of them is how
 * many requests per second a quota admits.
 */
const MATTERS_OF_TIME = ['http_req_duration', 'iterations', 'dropped_iterations', 'admitted'];

/**
 * Returns the metrics whose thresholds a report calls crossed, in two lists: those about time, and
 * those about the answers.
 */
export function crossed(report: string): { time: string[]; answers: string[] } {
  const metrics = [...report.matchAll(/CROSSED {2}(\w+)/g)].map(([, metric]) => metric!);
  const isOfTime = (metric: string) => MATTERS_OF_TIME.includes(metric);
  return { time: metrics.filter(isOfTime), answers: metrics.filter((metric) => !isOfTime(metric)) };
}

export const THRESHOLD_CROSSED = 99;

/**
 * Checks that the answers of a run were right, and returns the exit code to expect. A slow machine
 * may have crossed thresholds about time.
 */
export function codeOfRightAnswers(report: string): number {
  expect(crossed(report).answers).toEqual([]);
  return crossed(report).time.length > 0 ? THRESHOLD_CROSSED : 0;
}

/** Runs load tests with k6/run.sh, as users do. */
export function runLoadTests(
  url: string,
  scripts: string[],
  environment: Record<string, string>,
): Promise<Ended> {
  const args = [path.join(packageRoot, 'k6', 'run.sh'), url, ...scripts];
  return execute('sh', args, { K6: findK6()!, ...environment });
}

/**
 * Runs a compiled command of `npm run`.
 * @returns what it printed
 * @throws with its error output if it failed
 */
export async function runCommand(
  databaseUrl: string,
  command: string,
  ...args: string[]
): Promise<string> {
  const script = path.join(packageRoot, 'dist', 'scripts', command, 'main.js');
  const ended = await execute(process.execPath, [script, ...args], { DATABASE_URL: databaseUrl });
  if (ended.code !== 0) throw new Error(`${command}: ${ended.error}`);
  return ended.out;
}

function execute(
  command: string,
  args: string[],
  environment: Record<string, string>,
): Promise<Ended> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(command, args, { env }, (failure, out, error) =>
      resolve({ code: Number(failure?.code ?? 0), out, error }),
    );
  });
}
