/**
 * One request of a workload. The load generator replaces `#` in a body by a text that no other
 * request has.
 */
export interface BenchRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoadResult {
  requests: number;
  /** Requests without an answer, or with a status of 400 and above. */
  errors: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Good answers in each full second, if `countsSeconds` asked for them. */
  perSecond?: number[];
}

export interface Pace {
  connections: number;
  seconds: number;
  /** Send each request at most once, and end before `seconds` when all are sent. */
  once?: boolean;
  countsSeconds?: boolean;
}

export type SendLoad = (
  url: string,
  requests: readonly BenchRequest[],
  pace: Pace,
) => Promise<LoadResult>;
