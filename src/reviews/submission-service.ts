import { createRequestsUnderWay, type IdempotencyKey } from '../platform/http/idempotency';
import { invalidBody } from '../platform/http/input-errors';
import { Problem } from '../platform/http/problem';
import type { NewReview, ReviewOutcome } from './new-review';
import { renderPayload } from './review-payload';
import type { ReviewDraft } from './review-schema';

/** A request to create a review; the Idempotency-Key makes it safe to repeat. */
export interface Submission {
  productId: string;
  draft: ReviewDraft;
  /**
   * Keyed names of the client's address and network; null: the store's own server sent the request.
   * Its key has the scope `write` and vouches for the author.
   */
  origin: { host: number; network: number } | null;
  idempotency: IdempotencyKey | null;
}

/**
 * Decides whether a review is shown at once. The caller calls `settle` when it knows whether the
 * review was created.
 */
export type Moderate = (submission: Submission) => {
  moderated: Moderated;
  settle(isCreated: boolean): void;
};

type Moderated = Pick<NewReview, 'state' | 'verdict' | 'isPendingTold'>;

export interface SubmissionServiceDeps {
  /** Resolves after the commit. */
  queue: { submit(review: NewReview): Promise<ReviewOutcome> };
  /** The characteristics that a review may rate, by name. */
  characteristics(): Promise<ReadonlyMap<string, unknown>>;
  /** Called once for requests that repeat one under way: they share its outcome. */
  moderate: Moderate;
  now(): Date;
}

export interface SubmissionService {
  /**
   * Creates a review, which is durable when this resolves. Returns its location and JSON text, the
   * same for every request with the same key.
   *
   * Only clients that vouch for the author learn that the author has already reviewed the product.
   * Others get the response to a first review, and the review waits for a moderator
   * (docs/decisions/0081).
   * @throws Problem `already-reviewed` (only if the client vouches for the author), `key-reused`,
   * `invalid-body` (an unknown characteristic)
   */
  submitReview(submission: Submission): Promise<{ location: string; body: string }>;
}

export function createSubmissionService({
  queue,
  characteristics,
  moderate,
  now,
}: SubmissionServiceDeps): SubmissionService {
  const runOnce = createRequestsUnderWay<ReviewOutcome>();

  async function submitReview(submission: Submission): Promise<{ location: string; body: string }> {
    const rated = Object.keys(submission.draft.characteristics);
    if (rated.length > 0) await checkCharacteristics(rated);
    const outcome = await runOnce(submission.idempotency, () => moderateAndWrite(submission));
    if (outcome.kind === 'created') return outcome;
    if (outcome.kind === 'key-reused') throw new Problem('key-reused');
    throw alreadyReviewed(submission.productId, outcome.reviewId);
  }

  async function moderateAndWrite(submission: Submission): Promise<ReviewOutcome> {
    const { moderated, settle } = moderate(submission);
    let isCreated = false;
    try {
      const outcome = await queue.submit(toNewReview(submission, moderated, now()));
      isCreated = outcome.kind === 'created' && !outcome.isReplay;
      return outcome;
    } finally {
      settle(isCreated);
    }
  }

  async function checkCharacteristics(names: readonly string[]): Promise<void> {
    const known = await characteristics();
    const unknown = names.filter((name) => !known.has(name));
    if (unknown.length === 0) return;
    const expected = `is none of ${[...known.keys()].join(', ')}`;
    throw invalidBody(
      unknown.map((name) => ({ path: `characteristics.${name}`, message: expected })),
    );
  }

  return { submitReview };
}

function toNewReview(
  { productId, draft, origin, idempotency }: Submission,
  moderated: Moderated,
  now: Date,
): NewReview {
  const createdAt = now.toISOString();
  const { author, photos, ...rest } = draft;
  const payload = renderPayload({
    ...rest,
    authorName: author.name,
    createdAt,
    photoUrls: photos,
    response: null,
  });
  return {
    productId,
    createdAt,
    ...moderated,
    rating: draft.rating,
    recommended: draft.recommended,
    verified: draft.verified,
    photoCount: photos.length,
    locale: draft.locale,
    characteristics: draft.characteristics,
    authorEmail: author.email,
    isVouchedFor: origin === null,
    payload,
    idempotency,
  };
}

function alreadyReviewed(productId: string, reviewId: string | null): Problem {
  if (reviewId === null) {
    return new Problem('already-reviewed', {
      detail: 'The author had a review of this product until just now.',
    });
  }
  return new Problem('already-reviewed', {
    detail: `The author's review of this product is ${reviewId}.`,
    headers: { Location: `/v1/products/${productId}/reviews/${reviewId}` },
  });
}
