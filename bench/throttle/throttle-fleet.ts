import path from 'node:path';
import { Client } from 'pg';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { until } from '../../scripts/local/poll';
import { SupervisedProcess } from '../../scripts/local/supervised-process';
import { insertRules } from '../../src/throttle/rules/rule-repository';

export interface Fleet {
  urls: string[];
  databaseUrl: string;
  /** Waits for requests in progress, at most twelve seconds. May be called more than once. */
  stop(): Promise<void>;
  kill(): void;
}

export interface FleetOptions {
  size: number;
  databaseUrl: string;
  /** The folder for the log of each instance. */
  folder: string;
  environment?: Record<string, string>;
  /** A compiled script and its arguments, to run instead of the service. */
  script?: readonly string[];
}

/**
 * Starts instances as processes, without Nginx: the load generator chooses the instance for each
 * request.
 *
 * @throws one line with the last log line of the instance that did not start; the others are
 * stopped first
 */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { size, databaseUrl, folder, environment, script } = options;
  const ports = await freePorts(size);
  const processes = ports.map((port, index) => {
    const name = `instance-${index + 1}`;
    const spec = instanceProcess({
      name,
      port,
      databaseUrl,
      logFile: path.join(folder, `${name}.log`),
    });
    const env = { ...spec.env, ...environment };
    const args = script ? [...script] : spec.args;
    return new SupervisedProcess({ ...spec, args, env }, { add() {}, remove() {} }, () => {});
  });
  const stop = async () => void (await Promise.all(processes.map((each) => each.stop(12_000))));
  try {
    await Promise.all(processes.map((each) => each.start(60_000, new AbortController().signal)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    databaseUrl,
    stop,
    kill: () => {
      for (const each of processes) each.kill();
    },
  };
}

/**
 * Puts rules in force on all instances.
 * @returns their version, and the milliseconds until the last instance had it
 */
export async function publishRules(
  fleet: Pick<Fleet, 'urls' | 'databaseUrl'>,
  rules: object,
): Promise<{ version: number; tookMs: number }> {
  const sql = new Client({ connectionString: fleet.databaseUrl });
  await sql.connect();
  const startedAt = performance.now();
  const version = await insertRules(sql, rules, 'publishRules');
  await sql.end();
  await until(`all have version ${version}`, async () =>
    (await ruleVersions(fleet)).every((each) => each === version),
  );
  return { version, tookMs: performance.now() - startedAt };
}

/** Returns the rule version in force on each instance. */
export function ruleVersions({ urls }: Pick<Fleet, 'urls'>): Promise<number[]> {
  return Promise.all(
    urls.map(async (url) => {
      const answer = (await (await fetch(`${url}/readyz`)).json()) as { rule_version: number };
      return answer.rule_version;
    }),
  );
}

/**
 * Returns a rule set with one policy: `quota` reads per second and address, with a burst of the
 * same size.
 */
export function readsPerSecond(quota: number) {
  const policy = { name: 'second', applies_to: 'read', who: 'address', quota, window_seconds: 1 };
  return { policies: [policy] };
}
