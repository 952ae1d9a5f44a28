import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { hasWrk } from './load';
import { type Result, toChart, toRow, toTable } from './report';

/** What the figures were measured on. */
export type Machine = Record<string, string | number>;

/** This machine and a database on it. */
export async function describeMachine(databaseUrl: string): Promise<Machine> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ reviews: number; segments: number; version: string }>(`
    SELECT (SELECT sum(reltuples) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE i.inhparent = 'reviews'::regclass) AS reviews,
           (SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'reviews'::regclass) AS segments,
           current_setting('server_version') AS version`);
  await client.end();
  const { reviews, segments, version } = rows[0]!;
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres: version,
    reviews,
    segments,
    load: hasWrk() ? 'wrk' : 'autocannon',
  };
}

/** results.json, results.md and processor-time.svg. `notes`: what was not measured, and why. */
export function writeResults(
  results: readonly Result[],
  machine: Machine,
  notes: readonly string[],
  folder: string,
): void {
  const rows = results.map(toRow);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'results.json'),
    `${JSON.stringify({ machine, notes, results }, null, 1)}\n`,
  );
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const text = [facts.join('\n'), toTable(rows), ...notes];
  writeFileSync(path.join(folder, 'results.md'), `${text.join('\n\n')}\n`);
  writeFileSync(path.join(folder, 'processor-time.svg'), toChart(rows));
  process.stdout.write(`${[...notes, `Written to ${folder}`].join('\n')}\n`);
}
