import type { RouteTally } from './request-meter';

/** Some of the requests that were answered, all with the same chance to be among them. */
export interface RequestSample {
  offer(tally: Pick<RouteTally, 'route' | 'method'>, status: number, seconds: number): void;
  /** Those of the requests since the call before. */
  take(): SampledRequest[];
}

export interface SampledRequest {
  route: string;
  method: string;
  status: number;
  seconds: number;
  /** When it was answered; milliseconds since 1970. */
  answeredAtMs: number;
}

/**
 * Reservoir sampling: the nth request takes one of the `size` places with the chance of `size` in n. Nearly always that is a random
 * number and a comparison.
 * @param random from 0 up to 1
 */
export function createRequestSample(size: number, random: () => number = Math.random): RequestSample {
  let sampled: SampledRequest[] = [];
  let offered = 0;

  function offer(
    { route, method }: Pick<RouteTally, 'route' | 'method'>,
    status: number,
    seconds: number,
  ): void {
    const place = offered < size ? offered : Math.floor(random() * (offered + 1));
    offered += 1;
    if (place < size) sampled[place] = { route, method, status, seconds, answeredAtMs: Date.now() };
  }

  function take(): SampledRequest[] {
    const taken = sampled;
    sampled = [];
    offered = 0;
    return taken;
  }

  return { offer, take };
}
