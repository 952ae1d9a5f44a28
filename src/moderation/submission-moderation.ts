/** Joins the two inputs of moderation for a new review: its text and its velocity. */
import type { Moderate } from '../reviews/submission-service';
import { assess, type Verdict } from './moderation-policy';
import type { SubmissionVelocity } from './velocity/submission-velocity';

/**
 * Creates the function that decides about new reviews, by their text and by how many similar reviews
 * there are. The caller must call `settle` when it knows whether the review was created.
 */
export function createSubmissionModeration(
  policy: Verdict['policy'],
  velocity: Pick<SubmissionVelocity, 'take'>,
): Moderate {
  return function moderate({ productId, draft, origin }) {
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
