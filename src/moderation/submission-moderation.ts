/** Joins the two inputs of moderation for a new review: its text and its velocity. */
import { type AssessedDraft, type Assessment, assess, type Verdict } from './moderation-policy';
import type { CountedSubmission } from './velocity/submission-names';
import type { SubmissionVelocity } from './velocity/submission-velocity';

/** The parts of a submission that moderation reads. */
export interface ModeratedSubmission {
  productId: string;
  draft: AssessedDraft & { author: { email: string } };
  /** Null: the request came from the store's own server, which vouches for the author. */
  origin: CountedSubmission['origin'];
}

interface Moderated extends Pick<Assessment, 'state' | 'verdict'> {
  /** Whether the answer may tell the author that the review is pending (docs/decisions/0081). */
  isPendingTold: boolean;
}

/**
 * Creates the function that decides about new reviews, by their text and by how many similar
 * reviews there are.
 */
export function createSubmissionModeration(
  policy: Verdict['policy'],
  velocity: Pick<SubmissionVelocity, 'take'>,
) {
  /**
   * Decides about one submission and counts it as in progress. The caller must call `settle` when
   * it knows whether the review was created.
   */
  return function moderate({ productId, draft, origin }: ModeratedSubmission): {
    moderated: Moderated;
    settle(isCreated: boolean): void;
  } {
    const { title, body, author } = draft;
    const { exceeded, settle } = velocity.take({
      productId,
      title,
      body,
      email: author.email,
      origin,
    });
    const { state, verdict, isHeldByAuthorAlone } = assess(policy, draft, exceeded);
    const isPendingTold = origin === null || !isHeldByAuthorAlone;
    return { moderated: { state, verdict, isPendingTold }, settle };
  };
}
