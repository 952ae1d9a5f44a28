import type { BenchRequest, LoadResult, Pace } from '../load/load-types';
import type { ProcessRoots } from '../measure/processor-time';

/** A program that answers a workload. */
export interface Contender {
  /** `textbook`, `starling`, …; with several instances `starling × 6 behind Nginx`. */
  name: string;
  kind: 'textbook' | 'starling' | 'memory' | 'file' | 'pgbench';
  /** Node processes; Nginx stands before them if there are several. */
  instances: number;
  /** Null: it uses no database. */
  databaseUrl: string | null;
  /** The processes whose time counts as its own. */
  roots: ProcessRoots;
  send(requests: readonly BenchRequest[], pace: Pace): Promise<LoadResult>;
  stop(): Promise<void>;
}

export interface HttpContender extends Contender {
  url: string;
}

export function nameContender(label: string, instances: number): string {
  return instances === 1 ? label : `${label} × ${instances} behind Nginx`;
}
