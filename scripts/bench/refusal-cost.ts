import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { insertRules } from '../../src/throttle/rule-repository';
import { type HttpContender, startContender } from './contenders';
import { findPostmaster, measure } from './measurement';

const ROUNDS = 4;
const PACE = { connections: 64, seconds: 3 };
const PRODUCTS = 2_000;
/** One read a day: every request of the load but one is refused. */
const STRICT = {
  policies: [{ name: 'day', applies_to: 'read', who: 'address', quota: 1, window_seconds: 86_400 }],
};

/**
 * What a refusal costs beside an answered first page, over HTTP, in turns: processor time of Node and PostgreSQL, without Nginx's. The
 * instances that refuse have a database of their own on the same server, since rules hold for everybody.
 */
export async function refusalTable(databaseUrl: string): Promise<string[]> {
  const strict = await createStrictDatabase(databaseUrl);
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-refusals-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  const running: HttpContender[] = [];
  const start = async (instances: number, url: string, environment: Record<string, string>) => {
    const own = mkdtempSync(path.join(folder, 'contender-'));
    chmodSync(own, 0o711);
    const contender = await startContender('starling', instances, url, own, environment);
    running.push(contender);
    return contender;
  };
  try {
    const rows: string[] = [];
    for (const instances of [1, 6]) {
      const answering = await start(instances, databaseUrl, { THROTTLE: 'shadow' });
      const refusing = await start(instances, strict.url, { THROTTLE: 'on' });
      rows.push(await compare(answering, refusing, databaseUrl));
      for (const contender of running.splice(0)) await contender.stop();
    }
    return [
      `A refusal beside an answered first page, µs of processor time a request (Node + PostgreSQL), medians of ${ROUNDS} rounds in turns.`,
      '',
      '| | answered | refused | part |',
      '|---|---|---|---|',
      ...rows,
    ];
  } finally {
    for (const contender of running) await contender.stop();
    rmSync(folder, { recursive: true, force: true });
    await strict.drop();
  }
}

async function compare(
  answering: HttpContender,
  refusing: HttpContender,
  databaseUrl: string,
): Promise<string> {
  const postmaster = await findPostmaster(databaseUrl);
  const requests = await findPages(databaseUrl);
  const micros = new Map<HttpContender, number[]>([
    [answering, []],
    [refusing, []],
  ]);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [contender, figures] of micros) {
      const { processorMicros } = await measure(contender, postmaster, () => contender.send(requests, PACE));
      if (round > 0) figures.push(processorMicros.node + processorMicros.postgres); // the first one warms up
    }
  }
  const [answered, refused] = [...micros.values()].map(median) as [number, number];
  const name = answering.instances === 1 ? 'one instance' : `${answering.instances} behind Nginx`;
  return `| ${name} | ${answered.toFixed(0)} | ${refused.toFixed(0)} | 1/${(answered / refused).toFixed(1)} |`;
}

async function findPages(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ product_id: string }>(
    'SELECT product_id FROM product_summaries LIMIT $1',
    [PRODUCTS],
  );
  await client.end();
  if (rows.length === 0) throw new Error('The database holds no reviews: npm run seed -- --reviews 200k');
  const headers = { 'Cache-Control': 'no-store' };
  return rows.map(({ product_id: id }) => ({
    method: 'GET' as const,
    path: `/v1/products/${id}/reviews`,
    headers,
  }));
}

async function createStrictDatabase(databaseUrl: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `starling_refusals_${randomBytes(4).toString('hex')}`;
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await execute(databaseUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  await migrate(url.href);
  await execute(url.href, (client) => insertRules(client, STRICT, 'bench'));
  const drop = () => execute(databaseUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  return { url: url.href, drop };
}

async function execute(databaseUrl: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
