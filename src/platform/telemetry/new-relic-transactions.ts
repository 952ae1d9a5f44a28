import type { Histogram } from './histogram';
import type { ApdexCounts, NewRelicAgent, TimesliceStats } from './new-relic-agent';
import type { RouteStats } from './request-meter';
import type { RequestSample, SampledRequest } from './request-sample';

export interface NewRelicTransactionsDeps {
  newRelic: NewRelicAgent;
  instance: string;
  stats(): RouteStats[];
  sample: RequestSample;
}

/** Monitors ask for these every few seconds. In a quiet store they would be most of the requests. */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Records the requests that the instance has counted as New Relic transactions, with the names and
 * numbers that the agent's instrumentation would give them (docs/decisions/0070).
 *
 * The number of requests, their total time and the number of failures are exact: the increase since
 * the last call. `Transaction` events, from which New Relic computes percentiles, come from the
 * sample. The shortest and the longest duration are not known; the mean stands for both.
 *
 * @returns a function that records the requests since its last call
 */
export function createNewRelicTransactions(deps: NewRelicTransactionsDeps): () => void {
  const { agent } = deps.newRelic;
  const before = new Map<string, RouteTotals>();

  function addMetrics(route: RouteStats): void {
    const name = nameOf(route);
    const now = totalsOf(route);
    const since = increase(now, before.get(name) ?? NOTHING);
    before.set(name, now);
    if (since.count === 0) return;
    const stats = statsOf(since);
    for (const metric of [
      'WebTransaction',
      'WebTransactionTotalTime',
      'HttpDispatcher',
      `WebTransaction/${name}`,
      `WebTransactionTotalTime/${name}`,
    ]) {
      agent.metrics.getOrCreateMetric(metric).merge(stats);
    }
    for (const metric of ['Apdex', `Apdex/${name}`]) {
      const apdex = agent.metrics.getOrCreateApdexMetric(metric);
      apdex.merge(apdexOf(since, route.seconds.bounds, apdex.apdexT));
    }
    if (since.failed === 0) return;
    for (const metric of ['Errors/allWeb', `Errors/WebTransaction/${name}`]) {
      agent.metrics
        .getOrCreateMetric(metric)
        .merge({ ...statsOf({ count: since.failed, sum: 0 }), callCount: since.failed });
    }
  }

  function addEvent(request: SampledRequest): void {
    const { method, status, seconds, answeredAtMs } = request;
    agent.transactionEventAggregator.add([
      {
        type: 'Transaction',
        name: `WebTransaction/${nameOf(request)}`,
        timestamp: Math.round(answeredAtMs - seconds * 1000),
        duration: seconds,
        webDuration: seconds,
        totalTime: seconds,
        error: status >= 500,
      },
      {},
      {
        'http.statusCode': `${status}`,
        'request.method': method,
        'host.displayName': deps.instance,
      },
    ]);
  }

  return () => {
    deps.stats().filter(isNotProbe).forEach(addMetrics);
    deps.sample.take().filter(isNotProbe).forEach(addEvent);
  };
}

function isNotProbe({ route }: { route: string }): boolean {
  return !PROBES.has(route);
}

/** The name that the agent's instrumentation of Express would use. */
function nameOf({ method, route }: { method: string; route: string }): string {
  return `Expressjs/${method}/${route}`;
}

interface RouteTotals {
  count: number;
  /** Seconds. */
  sum: number;
  /** Answered with 5xx. */
  failed: number;
  /** See Histogram. */
  buckets: readonly number[];
}

const NOTHING: RouteTotals = { count: 0, sum: 0, failed: 0, buckets: [] };

function totalsOf({ seconds, statuses }: RouteStats): RouteTotals {
  return {
    count: seconds.count,
    sum: seconds.sum,
    failed: statuses[4]!,
    buckets: [...seconds.buckets],
  };
}

function increase(now: RouteTotals, before: RouteTotals): RouteTotals {
  return {
    count: now.count - before.count,
    sum: now.sum - before.sum,
    failed: now.failed - before.failed,
    buckets: now.buckets.map((count, index) => count - (before.buckets[index] ?? 0)),
  };
}

function statsOf({ count, sum }: { count: number; sum: number }): TimesliceStats {
  const mean = sum / count;
  return {
    callCount: count,
    total: sum,
    totalExclusive: sum,
    min: mean,
    max: mean,
    sumOfSquares: count * mean ** 2,
  };
}

/**
 * Apdex: satisfying within T seconds, tolerating within four times that, frustrating otherwise and
 * for every failure. The durations of failures are not counted separately, so failures are taken
 * from the slowest requests. A T between two bounds counts as the lower one.
 */
function apdexOf(
  { count, failed, buckets }: RouteTotals,
  bounds: Histogram['bounds'],
  apdexT: number,
): ApdexCounts {
  const within = (limit: number) =>
    buckets.reduce(
      (sum, some, index) => ((bounds[index] ?? Infinity) <= limit ? sum + some : sum),
      0,
    );
  const served = count - failed;
  const satisfying = Math.min(served, within(apdexT));
  const tolerating = Math.min(served, within(4 * apdexT)) - satisfying;
  return { satisfying, tolerating, frustrating: count - satisfying - tolerating };
}
