import { type AssessedDraft, type Assessment, assess, type Verdict } from './moderation-policy';
import type { CountedSubmission } from './velocity/submission-names';
import type { SubmissionVelocity } from './velocity/submission-velocity';

/** A submission as far as moderation looks at it. */
export interface ModeratedSubmission {
  productId: string;
  draft: AssessedDraft & { author: { email: string } };
  /** Null: from the store's own server, which vouches for the author. */
  origin: CountedSubmission['origin'];
}

interface Moderated extends Pick<Assessment, 'state' | 'verdict'> {
  /** Whether the answer to the author may say that the review waits (docs/decisions/0081). */
  isPendingTold: boolean;
}

/** Decides about new reviews by their text and by how many there are of their kind. */
export function createSubmissionModeration(
  policy: Verdict['policy'],
  velocity: Pick<SubmissionVelocity, 'take'>,
) {
  /** Call `settle` once it is known whether the review was created. */
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
