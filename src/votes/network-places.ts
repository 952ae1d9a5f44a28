/**
 * How many people of one network, whom nobody vouches for, count on one review. A household behind
 * one address has that many; who rents a whole /24, or makes tokens without end, has no more.
 */
const PLACES_OF_A_NETWORK = 5;

/**
 * The places of networks on reviews, while a batch holds the reviews' locks. A null network has no
 * bound.
 */
export interface NetworkPlaces {
  /** How many are taken before the batch. */
  note(reviewId: string, network: Buffer, taken: number): void;
  /** Takes a place. @returns false: none is left */
  take(reviewId: string, network: Buffer | null): boolean;
  giveBack(reviewId: string, network: Buffer | null): void;
}

/**
 * Bound: a number for each review and network of the batch. Networks that were not noted have all
 * their places.
 */
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
