import { rmSync } from 'node:fs';
import { agreementWithOne } from '../../scripts/bench/one-limiter';
import { type Fleet, startFleet as startProcesses } from '../../scripts/bench/throttle-fleet';
import type { Answer } from '../../scripts/bench/uneven-load';
import { createTestDatabase } from './database';
import { temporaryFolder } from './temporary-folder';

export type { Fleet } from '../../scripts/bench/throttle-fleet';

/** Compiled instances as processes over a database of their own; all of it goes with `stop`. */
export async function startFleet(size: number, environment: Record<string, string> = {}): Promise<Fleet> {
  const database = await createTestDatabase();
  const folder = temporaryFolder('fleet');
  const clear = async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const fleet = await startProcesses({ size, databaseUrl: database.url, folder, environment });
    const stop = async () => {
      await fleet.stop();
      await clear();
    };
    return { ...fleet, stop };
  } catch (error) {
    await clear();
    throw error;
  }
}

/**
 * Between two moments of a load the instances have together admitted about what one limiter would have admitted of the same requests.
 * The bounds are for busy machines and still tell them from six that each grant the whole limit, which admit 3.3 times as much.
 */
export function expectAgreement(
  answers: readonly Answer[],
  limit: number,
  fromMs: number,
  toMs: number,
  { least, most } = { least: 0.5, most: 1.25 },
): void {
  const { admitted, admittedByOne } = agreementWithOne(answers, limit, { fromMs, toMs });
  expect(admitted).toBeGreaterThan(least * admittedByOne);
  expect(admitted).toBeLessThan(most * admittedByOne);
}
