import { chmodSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { insertRules } from '../../src/throttle/rules/rule-repository';
import type { HttpContender } from '../http/contenders/contender';
import { startContender } from '../http/contenders/start-contender';
import { measure } from '../http/measure/measurement';
import { createMigratedDatabase, createScratchDatabase } from '../shared/scratch-database';
import { median } from '../shared/statistics';
import { keep, markdownTable, type Section, type ThrottleBench } from './throttle-bench';

const CONNECTIONS = 64;
const PRODUCTS = 2_000;
const PART = 10;
const SEEDED = { reviews: 50_000, segments: 1 };
/** One read per day, so every request of the load but the first is refused. */
const STRICT = {
  policies: [{ name: 'day', applies_to: 'read', who: 'address', quota: 1, window_seconds: 86_400 }],
};

interface Cost {
  instances: number;
  answered: Micros;
  refused: Micros;
}

/**
 * Microseconds of processor time per request: Node, PostgreSQL and Nginx together, and Nginx alone.
 */
interface Micros {
  all: number;
  nginx: number;
}

/**
 * Measures the cost of a refusal and of an answered first page over HTTP, in alternating rounds.
 * The instances that refuse have their own database on the same server, because rules apply to all
 * instances of a database.
 */
export async function measureRefusals(bench: ThrottleBench): Promise<Section> {
  const answeringUrl = await findReviews(bench);
  const strict = await createMigratedDatabase(bench.serverUrl);
  const { url: strictUrl } = await keep(
    bench,
    'the database of those that refuse',
    Promise.resolve({ url: strict.url, stop: strict.drop }),
  );
  await execute(strictUrl, (client) => insertRules(client, STRICT, 'bench'));
  const costs: Cost[] = [];
  for (const instances of [1, 6]) {
    const answering = await start(bench, instances, answeringUrl, { THROTTLE: 'shadow' });
    const refusing = await start(bench, instances, strictUrl, { THROTTLE: 'on' });
    costs.push(await compare(bench, answering, refusing, answeringUrl));
    await answering.stop();
    await refusing.stop();
  }
  return {
    title: 'A refusal',
    lines: [
      'Compared with an answered first page: µs of processor time per request of Node, PostgreSQL and Nginx together (in brackets: Nginx alone), medians of alternating rounds.',
      '',
      ...markdownTable(
        ['', 'answered', 'refused', 'part'],
        costs.map((cost) => [
          nameOf(cost),
          ...[cost.answered, cost.refused].map(
            ({ all, nginx }) => `${all.toFixed(0)} (${nginx.toFixed(0)})`,
          ),
          `1/${(cost.answered.all / cost.refused.all).toFixed(1)}`,
        ]),
      ),
    ],
    goals: costs.map((cost) => ({
      goal: `a refusal beside an answered read, ${nameOf(cost)}: ≤ 1/${PART}`,
      reached: `1/${(cost.answered.all / cost.refused.all).toFixed(1)} (${cost.refused.all.toFixed(0)} of ${cost.answered.all.toFixed(0)} µs)`,
      met: cost.refused.all * PART <= cost.answered.all,
    })),
    figures: costs,
  };
}

function nameOf({ instances }: Cost): string {
  return instances === 1 ? 'one instance' : `${instances} behind Nginx`;
}

/** Returns the given database if it holds reviews, else a small seeded one. */
async function findReviews(bench: ThrottleBench): Promise<string> {
  const holdsReviews = await execute(bench.serverUrl, async (client) => {
    const { rows } = await client.query<{ there: string | null }>(
      "SELECT to_regclass('product_summaries') AS there",
    );
    return (
      rows[0]!.there !== null &&
      (await client.query('SELECT FROM product_summaries LIMIT 1')).rowCount === 1
    );
  });
  if (holdsReviews) return bench.serverUrl;
  const seeding = createScratchDatabase(bench.serverUrl, SEEDED, bench.folder);
  const database = seeding.then(({ url, drop }) => ({ url, stop: drop }));
  return (await keep(bench, 'the seeded database', database)).url;
}

function start(
  bench: ThrottleBench,
  instances: number,
  databaseUrl: string,
  environment: Record<string, string>,
): Promise<HttpContender> {
  const own = mkdtempSync(path.join(bench.folder, 'contender-'));
  chmodSync(own, 0o711);
  return keep(
    bench,
    'instances',
    startContender({ kind: 'starling', instances, databaseUrl, folder: own, environment }),
  );
}

async function compare(
  { quick }: ThrottleBench,
  answering: HttpContender,
  refusing: HttpContender,
  databaseUrl: string,
): Promise<Cost> {
  const pace = { connections: CONNECTIONS, seconds: quick ? 2 : 3 };
  const rounds = quick ? 2 : 4;
  const requests = await findPages(databaseUrl);
  const micros = new Map<HttpContender, Micros[]>([
    [answering, []],
    [refusing, []],
  ]);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [contender, figures] of micros) {
      const { processorMicros } = await measure(contender, () => contender.send(requests, pace));
      const { node, postgres, nginx } = processorMicros;
      if (round > 0) figures.push({ all: node + postgres + nginx, nginx }); // the first round warms up
    }
  }
  const [answered, refused] = [...micros.values()].map((figures) => ({
    all: median(figures.map(({ all }) => all)),
    nginx: median(figures.map(({ nginx }) => nginx)),
  })) as [Micros, Micros];
  return { instances: answering.instances, answered, refused };
}

async function findPages(databaseUrl: string) {
  const rows = await execute(databaseUrl, async (client) => {
    const result = await client.query<{ product_id: string }>(
      'SELECT product_id FROM product_summaries LIMIT $1',
      [PRODUCTS],
    );
    return result.rows;
  });
  const headers = { 'Cache-Control': 'no-store' };
  return rows.map(({ product_id: id }) => ({
    method: 'GET' as const,
    path: `/v1/products/${id}/reviews`,
    headers,
  }));
}

async function execute<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
