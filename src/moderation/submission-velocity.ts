import { hash } from 'node:crypto';
import NodeCache from 'node-cache';

/** How often, this time included, in the last ten minutes. */
export interface Velocity {
  ofAuthor: number;
  /** The same body from anyone; 1 for a text too short to tell a copy from a coincidence. */
  ofText: number;
}

export interface SubmissionVelocity {
  /** Counts a submission. */
  count(submission: { body: string; author: { email: string } }): Velocity;
}

const WINDOW_SECONDS = 600;
const COPY_LENGTH_MIN = 100;

/**
 * Counts submissions by author and by text, in this process: each instance sees its share, and a restart forgets.
 *
 * Algorithm: a count a name, which begins with the first submission and ends ten minutes later. Names are hashes: no e-mail is kept.
 * Bound: `namesMax`, about 150 bytes each; when full, all are forgotten. Failure: it then counts from one again, so a flood
 * of names lets reviews through that it would have held back. The other checks and the quotas still stand.
 */
export function createSubmissionVelocity(namesMax = 50_000): SubmissionVelocity {
  const counts = new NodeCache({
    stdTTL: WINDOW_SECONDS,
    checkperiod: 60, // its timer holds no process up
    maxKeys: namesMax,
    useClones: false,
  });

  function raise(name: string): number {
    const kept = counts.get<{ count: number }>(name);
    if (kept) {
      kept.count += 1;
      return kept.count;
    }
    if (counts.getStats().keys >= namesMax) counts.flushAll();
    counts.set(name, { count: 1 });
    return 1;
  }

  return {
    count: ({ body, author }) => ({
      ofAuthor: raise(nameOf(`author ${author.email}`)),
      ofText: body.length < COPY_LENGTH_MIN ? 1 : raise(nameOf(`text ${body}`)),
    }),
  };
}

function nameOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
