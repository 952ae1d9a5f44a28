import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeWriteKey } from '../../bench/http/write-key';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { SupervisedProcess } from '../../scripts/local/supervised-process';
import { packageRoot } from '../../src/platform/package-root';
import { createTestDatabase } from './database';
import { startNginx, type TestNginx } from './nginx';
import { temporaryFolder } from './temporary-folder';

const INSTANCES = 6;
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 12_000;

export interface Stack {
  url: string;
  nginx: TestNginx;
  instances: { name: string; url: string; process: SupervisedProcess }[];
  databaseUrl: string;
  /** The key of an API client that may write: velocity does not count the address of its reviews. */
  writeKey: string;
  /** The supervisor's log: each instance that ended by itself, and how. */
  endings: string[];
  stop(): Promise<void>;
}

/**
 * The whole stack: a database (by default a new one on the tests' server) with some seeded reviews,
 * six compiled instances as processes, and Nginx. If one part fails to start, the parts before it
 * are stopped.
 */
export async function startStack(reviews = 600, openDatabase = createTestDatabase): Promise<Stack> {
  const closing: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const database = await openDatabase();
    closing.push(database.drop);
    const logs = temporaryFolder('stack');
    closing.push(() => rmSync(logs, { recursive: true, force: true }));
    if (reviews > 0) await seed(database.url, reviews, logs);

    const endings: string[] = [];
    const ports = await freePorts(INSTANCES);
    const instances = ports.map((port, index) => {
      const name = `instance-${index + 1}`;
      const logFile = path.join(logs, `${name}.log`);
      const spec = instanceProcess({ name, port, databaseUrl: database.url, logFile });
      const process = new SupervisedProcess(
        withoutThrottle(spec),
        { add() {}, remove() {} },
        (line) => endings.push(line),
      );
      return { name, url: `http://127.0.0.1:${port}`, process };
    });
    closing.push(() => Promise.all(instances.map(({ process }) => process.stop(STOP_TIMEOUT_MS))));
    const { signal } = new AbortController();
    await Promise.all(instances.map(({ process }) => process.start(START_TIMEOUT_MS, signal)));

    const nginx = await startNginx(ports, { limitRate: '100000r/s', limitBurst: 100_000 });
    closing.push(nginx.stop);
    const { key: writeKey } = await makeWriteKey(database.url);
    return { url: nginx.url, nginx, instances, databaseUrl: database.url, writeKey, endings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A test sends more requests than one address may. */
function withoutThrottle<Spec extends { env?: NodeJS.ProcessEnv }>(spec: Spec): Spec {
  return { ...spec, env: { ...spec.env, THROTTLE: 'off' } };
}

async function seed(databaseUrl: string, reviews: number, folder: string): Promise<void> {
  const script = path.join(packageRoot, 'dist', 'scripts', 'seed', 'main.js');
  const options = [
    '--reviews',
    `${reviews}`,
    '--segment-rows',
    `${Math.ceil(reviews / 3)}`,
    '--quiet',
  ];
  await promisify(execFile)(
    process.execPath,
    [script, ...options, '--dir', path.join(folder, 'seed')],
    {
      env: { ...process.env, DATABASE_URL: databaseUrl },
    },
  );
}
