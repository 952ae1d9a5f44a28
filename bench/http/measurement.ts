import { Client } from 'pg';
import type { Contender } from './contenders';
import type { LoadResult } from './load';
import {
  type ProcessorTimes,
  type ProcessRoots,
  parentOf,
  readProcessorTimes,
  residentMb,
} from './processor-time';

/** One round of one contender under one workload. Processor times are microseconds a request. */
export interface Measurement {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
  processorMicros: ProcessorTimes;
  /** The largest instance; 0 without any. */
  residentMb: number;
}

/** The process that all backends of this server come from. It must run on this machine. */
export async function findPostmaster(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(rows[0]!.pid);
  await client.end();
  return postmaster;
}

export async function measure(
  contender: Contender,
  postmaster: number,
  send: () => Promise<LoadResult>,
): Promise<Measurement> {
  const roots: ProcessRoots = {
    node: contender.nodePids,
    nginx: contender.nginxPids,
    postgres: [postmaster],
  };
  const before = readProcessorTimes(roots);
  const load = await send();
  const after = readProcessorTimes(roots);
  const micros = (kind: keyof ProcessorTimes) =>
    ((after[kind] - before[kind]) * 1000) / Math.max(load.requests, 1);
  return {
    requestsPerSecond: load.requestsPerSecond,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    errors: load.errors,
    processorMicros: { node: micros('node'), postgres: micros('postgres'), nginx: micros('nginx') },
    residentMb: Math.max(0, ...contender.nodePids.map(residentMb)),
  };
}
