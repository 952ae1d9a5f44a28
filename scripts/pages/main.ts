import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { untilInterrupted } from '../command/interruption';
import { runProgram } from '../command/run-program';
import { count, duration } from '../shared/figures';
import { openDatabase } from '../shared/open-database';
import { lockOutSeeders } from '../shared/seeding-lock';
import { type FilledPages, fillPages } from './page-filling';
import { createPagesProgram, type PagesArguments } from './pages-program';

const INTERRUPTED = 'Stopped; the same command stores the pages that are left';
const LINE_MS = 5_000;

async function run({ workers, output }: PagesArguments): Promise<void> {
  const database = await openDatabase('npm run pages');
  try {
    await migrate(database.url);
    const filled = await withLock(database.url, () =>
      untilInterrupted(INTERRUPTED, (signal) =>
        fillPages(database.url, {
          lanes: workers,
          signal,
          ...(output === 'lines' && { onProgress: progressLines() }),
        }),
      ),
    );
    if (output === 'json') process.stdout.write(`${JSON.stringify(filled)}\n`);
    if (output === 'lines') process.stdout.write(`${reportLine(filled)}\n`);
  } finally {
    await database.close();
  }
}

/** While it holds the lock, no other command replaces or splits the segments. */
async function withLock<Result>(databaseUrl: string, work: () => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-pages' });
  client.on('error', () => {}); // reported by the next statement
  try {
    await client.connect();
    await client.query(`SET client_connection_check_interval = '1s'`); // so that a killed command soon loses its lock
    await lockOutSeeders(client);
    return await work();
  } finally {
    await client.end().catch(() => {});
  }
}

/** A line every five seconds. */
function progressLines() {
  let nextMs = performance.now() + LINE_MS;
  return ({ pages }: FilledPages, missing: number) => {
    if (performance.now() < nextMs) return;
    nextMs = performance.now() + LINE_MS;
    process.stdout.write(`stored ${count(pages)} of ${count(missing)} first pages\n`);
  };
}

function reportLine({ pages, bytes, seconds }: FilledPages): string {
  if (pages === 0) return 'the first page of every product is stored already';
  return `${count(pages)} first pages stored (${count(bytes / 1e6)} MB) in ${duration(seconds)}`;
}

void runProgram(createPagesProgram(run));
