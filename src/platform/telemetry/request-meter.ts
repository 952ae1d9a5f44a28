import { Histogram } from './histogram';
import { counter, distribution, type Reading } from './readings';
import type { RequestSample } from './request-sample';

/** Answered requests by route, method and status class. */
export interface RequestMeter {
  /** @param route the pattern that a request matched; undefined: none */
  record(method: string, route: string | undefined, status: number, seconds: number): void;
  /** Since the process began. */
  tallies(): RouteTally[];
  readings(): Reading[];
}

export interface RouteTally {
  /** `none`: no route took them. */
  route: string;
  /** `other`: none that HTTP knows. */
  method: string;
  seconds: Histogram;
  /** By class: 1xx, 2xx, … */
  statuses: number[];
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];
/** Seconds; the first ones are where nearly all requests are. 0.5 and 2 are what Apdex asks for. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

/**
 * Two lookups by texts that are there already, and four additions. Bound: routes × seven methods.
 * @param sample offered each request too, where somebody wants to see some of them
 */
export function createRequestMeter(sample?: RequestSample): RequestMeter {
  const routes = new Map<string, Map<string, RouteTally>>();

  function record(method: string, route = 'none', status: number, seconds: number): void {
    const tally = routes.get(route)?.get(method) ?? tallyOf(route, METHODS.has(method) ? method : 'other');
    tally.seconds.observe(seconds);
    tally.statuses[((status / 100) | 0) - 1]! += 1;
    sample?.offer(tally, status, seconds);
  }

  function tallyOf(route: string, method: string): RouteTally {
    const methods = routes.get(route) ?? new Map<string, RouteTally>();
    routes.set(route, methods);
    const tally = methods.get(method) ?? {
      route,
      method,
      seconds: new Histogram(BOUNDS),
      statuses: [0, 0, 0, 0, 0],
    };
    methods.set(method, tally);
    return tally;
  }

  const tallies = () => [...routes.values()].flatMap((methods) => [...methods.values()]);

  return { record, tallies, readings: () => tallies().flatMap(readTally) };
}

function readTally({ route, method, seconds, statuses }: RouteTally): Reading[] {
  const labels = { route, method };
  const help = 'Answered requests, by the route that took them';
  const seen = statuses.flatMap((count, index) =>
    count > 0 ? [{ count, status: STATUS_CLASSES[index]! }] : [],
  );
  return [
    ...seen.map(({ count, status }) => counter('http_requests_total', help, count, { ...labels, status })),
    distribution(
      'http_request_duration_seconds',
      'From the first middleware to the last byte handed to the system',
      seconds,
      labels,
    ),
  ];
}
