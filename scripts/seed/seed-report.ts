import type { Client } from 'pg';
import { alignColumns, count, duration } from '../shared/figures';
import type { SeedProgress } from './seed-progress';

/** What a load did. Printed as a table, or as JSON with `--json`. */
export interface SeedReport {
  reviews: number;
  products: number;
  segments: number;
  /** Segments that an earlier, interrupted run had loaded. */
  segmentsResumed: number;
  seconds: number;
  /** Of the seeder, without the server. */
  memoryPeakBytes: number;
  /** Undefined with --csv-only. */
  database: { tableBytes: number; indexBytes: number } | undefined;
  phases: PhaseReport[];
}

export interface PhaseReport {
  phase: string;
  rows: number;
  bytes: number;
  /** Summed over the workers. */
  workerSeconds: number;
}

export function phaseReports(progress: SeedProgress): PhaseReport[] {
  return Object.entries(progress.phases)
    .filter(([, { rows }]) => rows > 0)
    .map(([phase, { rows, bytes, workerSeconds }]) => ({ phase, rows, bytes, workerSeconds }));
}

export async function measureSegments(
  client: Client,
): Promise<{ tableBytes: number; indexBytes: number }> {
  const { rows } = await client.query<{ table_bytes: string; index_bytes: string }>(
    `SELECT coalesce(sum(pg_table_size(inhrelid)), 0)::text AS table_bytes,
            coalesce(sum(pg_indexes_size(inhrelid)), 0)::text AS index_bytes
     FROM pg_inherits WHERE inhparent = 'reviews'::regclass`,
  );
  return { tableBytes: Number(rows[0]!.table_bytes), indexBytes: Number(rows[0]!.index_bytes) };
}

export function reportLines(report: SeedReport): string[] {
  const table = [
    ['phase', 'rows', 'MB', 'worker seconds', 'rows/s a worker'],
    ...report.phases.map(({ phase, rows, bytes, workerSeconds }) => [
      phase,
      count(rows),
      bytes === 0 ? '' : count(bytes / 1e6),
      workerSeconds.toFixed(1),
      workerSeconds === 0 ? '' : count(rows / workerSeconds),
    ]),
  ];
  const resumed =
    report.segmentsResumed > 0 ? ` (${report.segmentsResumed} from an earlier run)` : '';
  const lines = [
    `${count(report.reviews)} reviews of ${count(report.products)} products, ${report.segments} segments${resumed}, ` +
      `in ${duration(report.seconds)} (${count(report.reviews / report.seconds)} reviews/s)`,
    ...alignColumns(table),
  ];
  if (report.database) {
    const { tableBytes, indexBytes } = report.database;
    lines.push(
      `on disk: ${count(tableBytes / 1e6)} MB of rows, ${count(indexBytes / 1e6)} MB of indexes`,
    );
  }
  lines.push(`memory: ${count(report.memoryPeakBytes / 1e6)} MB at most`);
  return lines;
}
