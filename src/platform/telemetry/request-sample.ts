/** The pattern of the route that a request matched, and its method. */
interface RouteAndMethod {
  route: string;
  method: string;
}

/** A random sample of the answered requests. */
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
 * Reservoir sampling (algorithm R in J. S. Vitter, "Random Sampling with a Reservoir", 1985): the nth
 * request takes one of the `size` places with the probability size / n. Nearly always it costs a
 * random number and a comparison.
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
