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
 * What a slow machine crosses, whatever the service answers: also how many requests a second a
 * quota admits.
 */
const MATTERS_OF_TIME = ['http_req_duration', 'iterations', 'dropped_iterations', 'admitted'];

/**
 * The metrics whose thresholds a report says were crossed, apart: those of time, and those of what
 * was answered.
 */
export function crossed(report: string): { time: string[]; answers: string[] } {
  const metrics = [...report.matchAll(/CROSSED {2}(\w+)/g)].map(([, metric]) => metric!);
  const isOfTime = (metric: string) => MATTERS_OF_TIME.includes(metric);
  return { time: metrics.filter(isOfTime), answers: metrics.filter((metric) => !isOfTime(metric)) };
}

export const THRESHOLD_CROSSED = 99;

/**
 * The exit code of a run whose answers were right: a slow machine may have crossed thresholds of
 * time.
 */
export function codeOfRightAnswers(report: string): number {
  expect(crossed(report).answers).toEqual([]);
  return crossed(report).time.length > 0 ? THRESHOLD_CROSSED : 0;
}

/** As a person runs them: k6/run.sh. */
export function runLoadTests(
  url: string,
  scripts: string[],
  environment: Record<string, string>,
): Promise<Ended> {
  const args = [path.join(packageRoot, 'k6', 'run.sh'), url, ...scripts];
  return execute('sh', args, { K6: findK6()!, ...environment });
}

/**
 * One of the commands that `npm run` starts, compiled. @returns what it printed @throws with what
 * it said, when it failed
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
