import type { Contender } from '../contenders/contender';
import type { LoadResult } from '../load/load-types';
import { readDatabaseStatistics } from './database-statistics';
import { type ProcessorTimes, readProcessorTimes, residentMb } from './processor-time';

/** One round of one contender under one workload. */
export interface Measurement extends LoadResult {
  /** Microseconds per request. */
  processorMicros: ProcessorTimes;
  /** Bytes of write-ahead log per request; 0 without a database. */
  walBytes: number;
  checkpoints: { timed: number; requested: number };
  /** Of the largest instance; 0 without any. */
  residentMb: number;
}

const NO_DATABASE = { walBytes: 0, timedCheckpoints: 0, requestedCheckpoints: 0 };

export async function measure(
  contender: Contender,
  send: () => Promise<LoadResult>,
): Promise<Measurement> {
  const { databaseUrl, roots } = contender;
  const statistics = () => (databaseUrl ? readDatabaseStatistics(databaseUrl) : NO_DATABASE);
  const databaseBefore = await statistics();
  const before = readProcessorTimes(roots);
  const load = await send();
  const after = readProcessorTimes(roots);
  const databaseAfter = await statistics();
  const requests = Math.max(load.requests, 1);
  const micros = (kind: keyof ProcessorTimes) => ((after[kind] - before[kind]) * 1_000) / requests;
  const difference = (name: keyof typeof NO_DATABASE) => databaseAfter[name] - databaseBefore[name];
  return {
    ...load,
    processorMicros: { node: micros('node'), postgres: micros('postgres'), nginx: micros('nginx') },
    walBytes: difference('walBytes') / requests,
    checkpoints: {
      timed: difference('timedCheckpoints'),
      requested: difference('requestedCheckpoints'),
    },
    residentMb: Math.max(0, ...roots.node.map(residentMb)),
  };
}
