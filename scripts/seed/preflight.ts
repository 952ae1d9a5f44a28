import { existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { UserError } from '../command/user-error';
import type { SeedPlan } from './seed-plan';

/**
 * Checks the disk before a load begins. Bytes per review, measured with 5 M reviews
 * (docs/benchmarks.md) and rounded up:
 */
const CSV_BYTES = 660;
const TABLE_BYTES = 1_030; // rows 670, indexes 250, stored pages 100
/** What a load writes to the log. PostgreSQL keeps at most about `max_wal_size` of it. */
const LOG_BYTES = 900;

export interface DiskNeed {
  /** Shown to the user. */
  what: string;
  folder: string;
  bytes: number;
}

/** The space for the files: for all of them if they are kept, else for the segments in work. */
export function csvNeed(dir: string, plan: SeedPlan, workers: number, keep: boolean): DiskNeed {
  const rows = keep ? plan.reviews : Math.min(plan.reviews, plan.segmentRows * workers);
  return { what: 'the CSV files', folder: dir, bytes: rows * CSV_BYTES };
}

/** Undefined when the server keeps its data on another machine or does not say where. */
export async function tablesNeed(client: Client, reviews: number): Promise<DiskNeed | undefined> {
  const { rows } = await client.query<{ folder: string | null; logMax: string }>(
    `SELECT CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER') THEN current_setting('data_directory') END AS folder,
            pg_size_bytes(current_setting('max_wal_size')) AS "logMax"`,
  );
  const { folder, logMax } = rows[0]!;
  const local =
    ['localhost', '127.0.0.1', '::1'].includes(client.host) || client.host.startsWith('/');
  if (!folder || !local) return undefined;
  const log = Math.min(Number(logMax), reviews * LOG_BYTES);
  return { what: 'the tables', folder, bytes: reviews * TABLE_BYTES + log };
}

/** @throws UserError that names folder and space when a file system has too little */
export function refuseFullDisk(needs: DiskNeed[], freeOn = freeSpace): void {
  const disks = new Map<number, { free: number; needs: DiskNeed[] }>();
  for (const need of needs) {
    const { device, free } = freeOn(need.folder);
    const disk = disks.get(device) ?? { free, needs: [] };
    disk.needs.push(need);
    disks.set(device, disk);
  }
  for (const { free, needs } of disks.values()) {
    const bytes = needs.reduce((sum, need) => sum + need.bytes, 0);
    if (bytes <= free) continue;
    const what = needs.map((need) => `${need.what} in ${need.folder}`).join(' and ');
    throw new UserError(
      `${what} need about ${gigabytes(bytes)}, but only ${gigabytes(free)} are free; make room or generate fewer --reviews`,
    );
  }
}

function freeSpace(folder: string): { device: number; free: number } {
  const there = nearestExisting(folder);
  const { bavail, bsize } = statfsSync(there);
  return { device: statSync(there).dev, free: bavail * bsize };
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(path.dirname(folder));
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
