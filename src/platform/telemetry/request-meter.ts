import { Histogram } from './histogram';
import { counter, histogram, type Metric } from './metrics';
import type { RequestSample } from './request-sample';

/** Counts answered requests by route, method and status class. */
export interface RequestMeter {
  /** @param route the pattern that a request matched; undefined: none */
  record(method: string, route: string | undefined, status: number, seconds: number): void;
  /** Since the process began. */
  stats(): RouteStats[];
  metrics(): Metric[];
}

export interface RouteStats {
  /** `none`: no route matched. */
  route: string;
  /** `other`: a method that the API does not have. */
  method: string;
  seconds: Histogram;
  /** By class: 1xx, 2xx, … */
  statuses: number[];
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];
/** Seconds. Nearly all requests are in the first buckets. Apdex needs 0.5 and 2. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

/**
 * A request costs two map lookups and four additions. Bound: routes × seven methods.
 * @param sample also gets each request, if given
 */
export function createRequestMeter(sample?: RequestSample): RequestMeter {
  const routes = new Map<string, Map<string, RouteStats>>();

  function record(method: string, route = 'none', status: number, seconds: number): void {
    const stats =
      routes.get(route)?.get(method) ?? statsOf(route, METHODS.has(method) ? method : 'other');
    stats.seconds.observe(seconds);
    stats.statuses[((status / 100) | 0) - 1]! += 1;
    sample?.offer(stats, status, seconds);
  }

  function statsOf(route: string, method: string): RouteStats {
    const methods = routes.get(route) ?? new Map<string, RouteStats>();
    routes.set(route, methods);
    const stats = methods.get(method) ?? {
      route,
      method,
      seconds: new Histogram(BOUNDS),
      statuses: [0, 0, 0, 0, 0],
    };
    methods.set(method, stats);
    return stats;
  }

  const stats = () => [...routes.values()].flatMap((methods) => [...methods.values()]);

  return { record, stats, metrics: () => stats().flatMap(metricsOf) };
}

function metricsOf({ route, method, seconds, statuses }: RouteStats): Metric[] {
  const labels = { route, method };
  const help = 'Answered requests by route, method and status class';
  const seen = statuses.flatMap((count, index) =>
    count > 0 ? [{ count, status: STATUS_CLASSES[index]! }] : [],
  );
  return [
    ...seen.map(({ count, status }) =>
      counter('http_requests_total', help, count, { ...labels, status }),
    ),
    histogram(
      'http_request_duration_seconds',
      'From the first middleware to the last byte handed to the system',
      seconds,
      labels,
    ),
  ];
}
