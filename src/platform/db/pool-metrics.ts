import type { Pool } from 'pg';
import { gauge, type Metric } from '../telemetry/metrics';

/** @param pools by the value of the label of their metrics */
export function poolMetrics(pools: Readonly<Record<string, Pool>>): Metric[] {
  return Object.entries(pools).flatMap(([name, pool]) => [
    gauge('pool_connections', 'Open connections', pool.totalCount, { pool: name }),
    gauge('pool_connections_max', 'Connections at most', pool.options.max, { pool: name }),
    gauge('pool_idle', 'Open connections that are not in use', pool.idleCount, { pool: name }),
    gauge('pool_waiting', 'Callers that wait for a connection', pool.waitingCount, { pool: name }),
  ]);
}
