import { rmSync } from 'node:fs';
import { type Fleet, startFleet as startProcesses } from '../../bench/throttle/throttle-fleet';
import { createTestDatabase } from './database';
import { until } from './poll';
import { temporaryFolder } from './temporary-folder';

export type { Fleet } from '../../bench/throttle/throttle-fleet';

/** Compiled instances as processes over a database of their own. `stop` removes all of it. */
export async function startFleet(
  size: number,
  environment: Record<string, string> = {},
): Promise<Fleet> {
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

/** The metrics of each instance (GET /metrics), in the order of `urls`. */
export function readMetric({ urls }: Fleet, name: string): Promise<number[]> {
  return Promise.all(
    urls.map(async (url) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(new RegExp(`^starling_${name} (.*)$`, 'm').exec(text)?.[1]);
    }),
  );
}

export function untilAllSay(fleet: Fleet, name: string, value: number): Promise<void> {
  return until(`all say that ${name} is ${value}`, async () =>
    (await readMetric(fleet, name)).every((each) => each === value),
  );
}
