import { queryOnce } from '../../../scripts/shared/single-query';
import type { BenchRequest } from '../load/load-types';
import type { Plan } from '../measure/rounds';
import { startContender } from './start-contender';

const SIZES = [4, 10, 20] as const;
/** Enough for the benchmark's own connections and PostgreSQL's reserved ones. */
const SPARE_CONNECTIONS = 20;

export interface TextbookPool {
  /** Connections of one instance. */
  size: number;
  /** For the report: where the size comes from. */
  reason: string;
}

/**
 * The pool with which so many textbook instances answer most `requests` (first pages), each size
 * measured for one round. Leaves out sizes for which the server allows too few connections.
 */
export async function chooseTextbookPool(
  instances: number,
  databaseUrl: string,
  folder: string,
  requests: readonly BenchRequest[],
  { seconds, connections }: Plan,
): Promise<TextbookPool> {
  const allowed = (await connectionsMax(databaseUrl)) - SPARE_CONNECTIONS;
  const rates: { size: number; rate: number }[] = [];
  for (const size of SIZES.filter((each) => each * instances <= allowed)) {
    process.stderr.write(`textbook: ${instances} × ${size} connections\n`);
    const environment = { POOL_SIZE: `${size}` };
    const server = { kind: 'textbook', instances, databaseUrl, folder, environment } as const;
    const contender = await startContender(server);
    try {
      await contender.send(requests, { connections, seconds: seconds * (instances > 1 ? 3 : 1) });
      const { requestsPerSecond } = await contender.send(requests, { connections, seconds });
      rates.push({ size, rate: requestsPerSecond });
    } finally {
      await contender.stop();
    }
  }
  const best = rates.reduce((one, other) => (other.rate > one.rate ? other : one));
  const measured = rates.map(({ size, rate }) => `${size}: ${Math.round(rate)}/s`).join(', ');
  return { size: best.size, reason: `${best.size} (${measured})` };
}

/** How many connections a server admits. */
export async function connectionsMax(databaseUrl: string): Promise<number> {
  const [row] = await queryOnce<{ connections: number }>(
    databaseUrl,
    "SELECT current_setting('max_connections')::integer AS connections",
  );
  return row!.connections;
}
