import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { READ_SESSION } from '../../../src/platform/db/pools';
import { FIND_PAGES_STATEMENT } from '../../../src/reviews/page-repository';
import { libpqAccess } from '../../shared/libpq-access';
import type { LoadResult } from '../load/load-types';
import { findPostmaster } from '../measure/processor-time';
import type { Products } from '../workloads/products';
import type { Contender } from './contender';

const CLIENTS = 16;

/**
 * PostgreSQL's own limit: a C program sends the statement of a stored first page, prepared, one
 * product per statement, in sessions that are set up as an instance's. It asks for products by
 * number, as the seeder names them.
 *
 * @returns why there is no such contender, if it cannot run here
 */
export async function createPgbenchContender(
  databaseUrl: string,
  { areNumbers, count }: Products,
  folder: string,
): Promise<Contender | string> {
  if (spawnSync('pgbench', ['--version'], { stdio: 'ignore' }).status !== 0)
    return 'No row for pgbench: it is not installed (it comes with PostgreSQL’s server packages).';
  if (!areNumbers)
    return 'No row for pgbench: it can name products by number only, and not all of these are.';
  const script = path.join(folder, 'first-page.sql');
  const statement = FIND_PAGES_STATEMENT.text
    .replace('$1::text[]', 'ARRAY[:product::text]')
    .replace('$2::bigint[]', 'ARRAY[NULL]::bigint[]');
  writeFileSync(script, `\\set product random(1, ${count})\n${statement};\n`);
  return {
    name: 'pgbench',
    kind: 'pgbench',
    instances: 0,
    databaseUrl,
    roots: { node: [], nginx: [], postgres: [await findPostmaster(databaseUrl)] },
    send: (_requests, { seconds }) => runPgbench(databaseUrl, script, seconds, folder),
    stop: async () => {},
  };
}

async function runPgbench(
  databaseUrl: string,
  script: string,
  seconds: number,
  folder: string,
): Promise<LoadResult> {
  const logs = mkdtempSync(path.join(folder, 'pgbench-'));
  const clients = ['-c', `${CLIENTS}`, '-j', '1'];
  const options = ['-n', '-M', 'prepared', ...clients, '-T', `${seconds}`, '-f', script, '-l'];
  try {
    const { href, environment } = libpqAccess(databaseUrl);
    const { stdout } = await promisify(execFile)('pgbench', [...options, href], {
      cwd: logs,
      env: { ...process.env, ...environment, PGOPTIONS: READ_SESSION },
    });
    const [, requestsPerSecond = 'NaN'] = /tps = ([\d.]+)/.exec(stdout) ?? [];
    const latenciesMs = readdirSync(logs)
      .flatMap((name) => readFileSync(path.join(logs, name), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1_000) // client, transaction, microseconds, …
      .sort((a, b) => a - b);
    const percentile = (share: number) => latenciesMs[Math.ceil(share * latenciesMs.length) - 1]!;
    return {
      requests: latenciesMs.length,
      errors: 0, // an error ends pgbench, and the benchmark with it
      requestsPerSecond: Number(requestsPerSecond),
      p50Ms: percentile(0.5),
      p99Ms: percentile(0.99),
    };
  } finally {
    rmSync(logs, { recursive: true, force: true });
  }
}
