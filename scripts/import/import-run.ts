import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { lockOutSeeders } from '../seed/seeding-lock';
import { CLASSIC_FILES, stageClassic } from './classic-format';
import type { ImportArguments } from './import-arguments';
import { stageOkendo } from './okendo-format';
import { RefusalReport } from './refusal-report';
import { refuseDuplicates, refuseOrphans } from './staged-refusals';
import { writeStaged } from './staged-writer';
import { createStaging } from './staging';

export interface ImportReport {
  imported: number;
  /** Refused lines by file. */
  refused: Record<string, number>;
  refusedFile: string | undefined;
  /** The reviews are still called by the ids they had. */
  keptIds: boolean;
  /** Columns that Starling has no place for. */
  ignoredColumns: string[];
  seconds: number;
}

/**
 * Reads the files into a staging schema, refuses there what cannot be imported, and writes the rest in one
 * transaction: killed at any moment, it has imported all or nothing, and can be run again. Memory does not
 * grow with the files, but for the refused lines.
 *
 * @throws Refusal when a file is missing, empty, or not CSV
 */
export async function runImport(
  args: ImportArguments,
  databaseUrl: string,
  nowMs: number,
): Promise<ImportReport> {
  const started = performance.now();
  await migrate(databaseUrl);
  const report = new RefusalReport(args.refusedFile);
  const staging = await connect(databaseUrl);
  const writing = await connect(databaseUrl);
  try {
    await lockOutSeeders(staging);
    await createStaging(staging);
    const { ignoredColumns } = await stage(args, staging, report, nowMs);
    const { imported, keptIds } = await writeStaged(staging, writing, args.format === 'classic');
    await writing.query('ANALYZE reviews');
    return {
      imported,
      refused: Object.fromEntries(report.counts),
      refusedFile: report.counts.size > 0 ? report.file : undefined,
      keptIds,
      ignoredColumns,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    report.close();
    await Promise.allSettled([staging.end(), writing.end()]);
  }
}

async function stage(args: ImportArguments, client: Client, report: RefusalReport, nowMs: number) {
  if (args.format === 'okendo') {
    const { ignoredColumns } = await stageOkendo(client, args.input, args.key, report, nowMs);
    await refuseDuplicates(client, path.basename(args.input), report);
    return { ignoredColumns };
  }
  await stageClassic(client, args.input, report, nowMs);
  await refuseDuplicates(client, CLASSIC_FILES.reviews, report);
  await refuseOrphans(client, CLASSIC_FILES, report);
  return { ignoredColumns: [] };
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-import' });
  client.on('error', () => {}); // reported by the next statement
  await client.connect();
  await client.query(`SET client_connection_check_interval = '1s'`); // killed, it must not hold its locks for long
  return client;
}
