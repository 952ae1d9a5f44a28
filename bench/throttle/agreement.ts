import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { packageRoot } from '../../src/platform/package-root';
import { insertRules } from '../../src/throttle/rules/rule-repository';
import { createMigratedDatabase } from '../shared/scratch-database';
import {
  type BreakableStore,
  createPeerTable,
  droppableTable,
  killableValkey,
  lockableTable,
  PEER_TABLE,
} from './breakable-store';
import { keep, type ThrottleBench } from './throttle-bench';
import {
  type Fleet,
  publishRules,
  readsPerSecond,
  ruleVersions,
  startFleet,
} from './throttle-fleet';
import {
  type BelowLimit,
  breakStore,
  LIMIT,
  type Outage,
  type Overload,
  overload,
  stayBelow,
} from './trials';
import { startValkey } from './valkey-server';

export type StoreName = 'PostgreSQL' | 'Valkey';
export type LimiterName = 'starling' | 'rate-limiter-flexible' | 'express-rate-limit';

/** The results of one limiter, as six processes over one store. */
export interface Trials {
  limiter: LimiterName;
  store: StoreName | 'none';
  overload: Overload;
  below: BelowLimit;
  outages: Outage[];
  rules?: RuleChanges;
}

interface RuleChanges {
  /** For each new version: milliseconds until the last of the six instances had it. */
  tookMs: number[];
  /** Whether an invalid version left the previous one in force. */
  brokenChangedNothing: boolean;
}

const INSTANCES = 6;
const REPORTS = 'throttle_reports';
/** Longer than a new version takes to come into force. */
const BROKEN_MS = 3_500;

/** Durations of the trials. Limiters other than Starling get the short ones. */
const LONG = {
  overloadSeconds: 40,
  settledMs: 5_000,
  belowSeconds: 25,
  outage: { cycles: 3, beforeMs: 5_000, awayMs: 5_000, backMs: 6_000 },
};
const SHORT = {
  overloadSeconds: 10,
  settledMs: 4_000,
  belowSeconds: 8,
  outage: { cycles: 1, beforeMs: 4_000, awayMs: 3_000, backMs: 5_000 },
};

/**
 * Runs six Starling instances, then six processes of each other limiter, all exchanging through
 * `store`.
 */
export async function tryLimiters(bench: ThrottleBench, store: StoreName): Promise<Trials[]> {
  const valkey = store === 'Valkey' ? await keepValkey(bench) : null;
  const environment: Record<string, string> = valkey
    ? { REDIS_URL: valkey.url, LIMIT: `${LIMIT}` }
    : { LIMIT: `${LIMIT}` };
  const databaseUrl = await createDatabase(bench);
  await createPeerTable(databaseUrl);
  const open = (table: string) =>
    valkey ? Promise.resolve(killableValkey(valkey)) : lockableTable(databaseUrl, table);

  const trials = [await tryStarling(bench, store, databaseUrl, environment, await open(REPORTS))];
  trials.push(
    await tryPeer(bench, 'rate-limiter-flexible', store, databaseUrl, environment, () =>
      open(PEER_TABLE),
    ),
  );
  if (!valkey)
    trials.push(await tryPeer(bench, 'express-rate-limit', 'none', databaseUrl, environment));
  return trials;
}

async function tryStarling(
  bench: ThrottleBench,
  store: StoreName,
  databaseUrl: string,
  environment: Record<string, string>,
  breakable: BreakableStore,
): Promise<Trials> {
  const pace = bench.quick ? SHORT : LONG;
  const fleet = await keepFleet(bench, {
    databaseUrl,
    environment: { ...environment, LOG_LEVEL: 'warn' },
  });
  await publishRules(fleet, readsPerSecond(LIMIT));
  const trials: Trials = {
    limiter: 'starling',
    store,
    overload: await overload(fleet, pace.overloadSeconds, pace.settledMs),
    below: await stayBelow(fleet, pace.belowSeconds),
    outages: [await breakStore(fleet, breakable, pace.outage, true)],
  };
  await breakable.close();
  if (store === 'PostgreSQL') {
    const droppable = await droppableTable(databaseUrl, REPORTS);
    trials.outages.push(await breakStore(fleet, droppable, SHORT.outage, true));
    await droppable.close();
    trials.rules = await changeRules(fleet, bench.quick ? 1 : 3);
  }
  await fleet.stop();
  return trials;
}

async function tryPeer(
  bench: ThrottleBench,
  limiter: Exclude<LimiterName, 'starling'>,
  store: Trials['store'],
  databaseUrl: string,
  environment: Record<string, string>,
  openStore?: () => Promise<BreakableStore>,
): Promise<Trials> {
  const server = path.join(packageRoot, 'dist', 'bench', 'throttle', 'peer-server.js');
  const fleet = await keepFleet(bench, { databaseUrl, environment, script: [server, limiter] });
  const trials: Trials = {
    limiter,
    store,
    overload: await overload(fleet, SHORT.overloadSeconds, SHORT.settledMs),
    below: await stayBelow(fleet, SHORT.belowSeconds),
    outages: [],
  };
  if (openStore) {
    const breakable = await openStore();
    trials.outages.push(await breakStore(fleet, breakable, SHORT.outage, false));
    await breakable.close();
  }
  await fleet.stop();
  return trials;
}

async function changeRules(fleet: Fleet, times: number): Promise<RuleChanges> {
  const tookMs: number[] = [];
  for (let i = 1; i <= times; i += 1)
    tookMs.push((await publishRules(fleet, readsPerSecond(LIMIT + i))).tookMs);
  const before = await ruleVersions(fleet);
  const sql = new Client({ connectionString: fleet.databaseUrl });
  await sql.connect();
  await insertRules(sql, { policies: 'broken' }, 'bench');
  await sql.end();
  await sleep(BROKEN_MS);
  const after = await ruleVersions(fleet);
  return {
    tookMs,
    brokenChangedNothing: after.every((version, index) => version === before[index]),
  };
}

async function createDatabase(bench: ThrottleBench): Promise<string> {
  const creating = createMigratedDatabase(bench.serverUrl);
  const database = creating.then(({ url, drop }) => ({ url, stop: drop }));
  return (await keep(bench, 'the database of the six', database)).url;
}

function keepFleet(
  bench: ThrottleBench,
  options: Pick<Parameters<typeof startFleet>[0], 'databaseUrl' | 'environment' | 'script'>,
): Promise<Fleet> {
  const folder = mkdtempSync(path.join(bench.folder, 'fleet-'));
  return keep(bench, 'six instances', startFleet({ ...options, size: INSTANCES, folder }));
}

function keepValkey(bench: ThrottleBench) {
  const starting = startValkey().then((server) => ({ ...server, stop: () => server.kill() }));
  return keep(bench, 'Valkey', starting);
}
