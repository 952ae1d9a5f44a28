/** What a request asked for: the pattern of the route that took it. */
interface RouteAndMethod {
  route: string;
  method: string;
}

/** Some of the answered requests, each with the same chance to be among them. */
export interface RequestSample {
  offer(request: RouteAndMethod, status: number, seconds: number): void;
  /** The sampled requests since the last call. */
  take(): SampledRequest[];
}

export interface SampledRequest extends RouteAndMethod {
  status: number;
  seconds: number;
  /** When it was answered; milliseconds since 1970. */
  answeredAtMs: number;
}

/**
 * Reservoir sampling: the nth request takes one of the `size` places with the chance of `size` in
 * n. Nearly always that is a random number and a comparison.
 * @param random from 0 up to 1
 */
export function createRequestSample(
  size: number,
  random: () => number = Math.random,
): RequestSample {
  let sampled: SampledRequest[] = [];
  let offered = 0;

  function offer({ route, method }: RouteAndMethod, status: number, seconds: number): void {
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
