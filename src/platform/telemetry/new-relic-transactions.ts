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

/**
 * Balancers and monitors request these every few seconds. Otherwise they would be most of a quiet
 * store's transactions.
 */
const PROBES = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * What the instance has counted, as New Relic's transactions, under the names and with the numbers
 * that its instrumentation would have given them, had it watched each request
 * (docs/decisions/0070).
 *
 * How many, how long and how many failed are exact: the increase since the call before.
 * `Transaction` events, from which percentiles come, are those of the sample. The least and the
 * greatest duration are not known, and their mean stands for both.
 *
 * @returns a function that hands over what came since it was called before
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
    deps.stats().filter(isNoProbe).forEach(addMetrics);
    deps.sample.take().filter(isNoProbe).forEach(addEvent);
  };
}

function isNoProbe({ route }: { route: string }): boolean {
  return !PROBES.has(route);
}

/** As the agent's instrumentation of Express does it. */
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
 * Satisfied: within T seconds; tolerating: within four times that. Failures frustrate; they are
 * taken from the slowest requests, since nobody counted how long those that failed took. A T
 * between two bounds counts as the lower one.
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
