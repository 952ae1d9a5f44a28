import { statSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import { failureLine } from '../command/failure-line';
import { UserError } from '../command/user-error';
import { type FilledPages, fillPages } from '../pages/page-filling';
import { lockOutSeeders } from '../shared/seeding-lock';
import { freezeRows } from '../shared/table-upkeep';
import { CLASSIC_FILES, stageClassic } from './formats/classic-format';
import { stageOkendo } from './formats/okendo-format';
import { IdList } from './id-list';
import type { ImportArguments, OkendoKey } from './import-program';
import { RefusalReport } from './refusal-report';
import { refuseDuplicates, refuseOrphans, refuseReviewed } from './staged/staged-refusals';
import { prepareJoin } from './staged/staged-rows';
import { writeStaged } from './staged/staged-writer';
import { createStaging } from './staged/staging';

export interface ImportReport {
  imported: number;
  /** Refused lines by file. */
  refused: Record<string, number>;
  /** Lines that were imported with changes, by file. */
  mended: Record<string, number>;
  refusedFile: string | undefined;
  /** Whether the reviews kept their ids. */
  keptIds: boolean;
  /** The list of old and new ids; undefined if all reviews kept theirs. */
  idsFile: string | undefined;
  /** Okendo: the column that names the product, and others that could. */
  productKey: OkendoKey | undefined;
  otherKeys: OkendoKey[];
  /** Columns that Starling does not store. */
  ignoredColumns: string[];
  /** First pages stored after the import. */
  pages: number;
  /** Why not all of them are stored; the reviews are imported all the same. */
  pagesFailure: string | undefined;
  seconds: number;
}

type Staged = Pick<ImportReport, 'productKey' | 'otherKeys' | 'ignoredColumns'>;

/**
 * Reads the files into temporary tables, refuses there what cannot be imported, and writes the rest
 * in one transaction. If it is killed at any moment, it has imported everything or nothing, and can
 * run again. Memory grows only with the refused lines.
 *
 * @param signal stops it; nothing is imported then
 * @throws UserError when a file cannot be read or lacks a column
 */
export async function runImport(
  args: ImportArguments,
  databaseUrl: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<ImportReport> {
  const started = performance.now();
  requireInput(args);
  const report = new RefusalReport(args.refusedFile);
  const ids = args.format === 'classic' ? new IdList(args.idsFile) : undefined;
  await migrate(databaseUrl);
  const staging = await connect(databaseUrl);
  const writing = await connect(databaseUrl);
  const stop = () => {
    for (const client of [staging, writing]) client.connection.stream.destroy();
  };
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    await lockOutSeeders(staging);
    await createStaging(staging);
    const staged = await stage(args, staging, report, nowMs);
    const { imported, keptIds } = await writeUnreviewed(args, staging, writing, report, ids);
    signal.removeEventListener('abort', stop); // committed: too late to stop
    const idsFile = ids?.publish();
    const stored = await prepareToServe(writing, databaseUrl, signal);
    return {
      imported,
      refused: Object.fromEntries(report.refused),
      mended: Object.fromEntries(report.mended),
      refusedFile: report.isEmpty ? undefined : report.file,
      keptIds,
      idsFile,
      ...staged,
      ...stored,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', stop);
    report.close();
    ids?.discard();
    await Promise.allSettled([staging.end(), writing.end()]);
  }
}

const LANES = 2;

/**
 * Freezes the imported rows and stores the missing first pages. The reviews are committed, so a
 * failure or a signal here is no failure of the import.
 */
async function prepareToServe(
  client: Client,
  databaseUrl: string,
  signal: AbortSignal,
): Promise<Pick<ImportReport, 'pages' | 'pagesFailure'>> {
  let pages = 0;
  try {
    await freezeRows(client, ['reviews', 'product_summaries'], 'ANALYZE');
    const onProgress = (filled: FilledPages) => {
      pages = filled.pages;
    };
    await fillPages(databaseUrl, { lanes: LANES, signal, onProgress });
    return { pages, pagesFailure: undefined };
  } catch (error) {
    return { pages, pagesFailure: signal.aborted ? 'stopped' : failureLine(error) };
  }
}

/** @throws UserError when the input is a file instead of a folder, or the reverse */
function requireInput({ format, input }: ImportArguments): void {
  const isFolder = statSync(input, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) throw new UserError(`${input} is missing`);
  if (format === 'classic' && !isFolder)
    throw new UserError(
      `${input} is a file; classic takes the folder that holds ${CLASSIC_FILES.reviews}`,
    );
  if (format === 'okendo' && isFolder)
    throw new UserError(`${input} is a folder; okendo takes a file`);
}

async function stage(
  args: ImportArguments,
  client: Client,
  report: RefusalReport,
  nowMs: number,
): Promise<Staged> {
  if (args.format === 'okendo') {
    const staged = await stageOkendo(client, args.input, args.key, report, nowMs);
    await refuseDuplicates(client, path.basename(args.input), report);
    return staged;
  }
  await stageClassic(client, args.input, report, nowMs);
  await refuseDuplicates(client, CLASSIC_FILES.reviews, report);
  return { productKey: undefined, otherKeys: [], ignoredColumns: [] };
}

const ATTEMPTS = 3;

/** Writes again without the reviews whose authors posted one for the same product meanwhile. */
async function writeUnreviewed(
  args: ImportArguments,
  staging: Client,
  writing: Client,
  report: RefusalReport,
  ids: IdList | undefined,
): Promise<{ imported: number; keptIds: boolean }> {
  const file = args.format === 'classic' ? CLASSIC_FILES.reviews : path.basename(args.input);
  for (let attempt = 1; ; attempt += 1) {
    await refuseReviewed(staging, file, report);
    if (args.format === 'classic') await refuseOrphans(staging, CLASSIC_FILES, report);
    await prepareJoin(staging);
    try {
      return await writeStaged(staging, writing, ids);
    } catch (error) {
      if ((error as { code?: string }).code !== '23505' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'starling-import' });
  client.on('error', () => {}); // reported by the next statement
  await client.connect();
  // So that a killed import soon loses its locks, and one whose machine is gone does not keep its
  // tables for hours.
  await client.query(`SET client_connection_check_interval = '1s'; SET tcp_keepalives_idle = 30`);
  return client;
}
