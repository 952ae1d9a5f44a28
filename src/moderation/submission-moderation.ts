import type { Moderate } from '../reviews/submission-service';
import { assess, type Verdict } from './moderation-policy';
import type { SubmissionVelocity } from './velocity/submission-velocity';

/** Decides about new reviews by their text and by how many similar ones there are. */
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
