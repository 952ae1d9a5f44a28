/** A review to insert. `createdAt` is ISO 8601; the e-mail is trimmed and in lower case. */
export interface NewReview {
  productId: string;
  createdAt: string;
  state: 'approved' | 'pending';
  /** What the moderation checks found: JSON, stored as it is. */
  verdict: object;
  /** Whether the response may tell the author that the review is pending. */
  isPendingTold: boolean;
  rating: number;
  recommended: boolean | null;
  verified: boolean;
  photoCount: number;
  locale: string | null;
  characteristics: Readonly<Record<string, number>>;
  authorEmail: string;
  /** Whether the store's own server sent the review: its key vouches for the e-mail. */
  isVouchedFor: boolean;
  payload: string;
  /** Hashes of the request's Idempotency-Key and of the request itself. */
  idempotency: { keyHash: Buffer; requestHash: Buffer } | null;
}

/** A review with its id, and so with the response to its author. */
export interface NumberedReview extends NewReview {
  reviewId: string;
  location: string;
  body: string;
}

/**
 * `body` and `location` are the response's, equal for all requests with the same Idempotency-Key.
 * `isReplay`: an earlier request created the review.
 */
export type ReviewOutcome =
  | { kind: 'created'; location: string; body: string; isReplay: boolean }
  | { kind: 'key-reused' }
  /** null: the author's other review has been deleted in the meantime. */
  | { kind: 'already-reviewed'; reviewId: string | null };
