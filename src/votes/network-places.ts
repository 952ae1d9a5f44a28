/**
 * How many voters or reporters of one network count on one review, if the store does not vouch for
 * them. A household behind one address has that many. A client that rents a whole /24 or takes
 * tokens without end gets no more.
 */
const PLACES_OF_A_NETWORK = 5;

/**
 * The places that networks have taken on reviews. Valid while the batch holds the reviews' locks. A
 * null network has no bound.
 */
export interface NetworkPlaces {
  /** Records how many places were taken before the batch. */
  note(reviewId: string, network: Buffer, taken: number): void;
  /** Takes a place. @returns false: none is left */
  take(reviewId: string, network: Buffer | null): boolean;
  giveBack(reviewId: string, network: Buffer | null): void;
}

/** Bound: one number per review and network of the batch. A network has all its places until noted. */
export function createNetworkPlaces(): NetworkPlaces {
  const taken = new Map<string, number>();

  function change(reviewId: string, network: Buffer, by: 1 | -1): void {
    const name = nameOf(reviewId, network);
    taken.set(name, (taken.get(name) ?? 0) + by);
  }

  return {
    note: (reviewId, network, count) => void taken.set(nameOf(reviewId, network), count),
    take(reviewId, network) {
      if (!network) return true;
      if ((taken.get(nameOf(reviewId, network)) ?? 0) >= PLACES_OF_A_NETWORK) return false;
      change(reviewId, network, 1);
      return true;
    },
    giveBack(reviewId, network) {
      if (network) change(reviewId, network, -1);
    },
  };
}

function nameOf(reviewId: string, network: Buffer): string {
  return `${reviewId} ${network.toString('base64')}`;
}
