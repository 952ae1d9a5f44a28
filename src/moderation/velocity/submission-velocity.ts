import type { RecentSubmissions } from './recent-submissions';
import type { CountedSubmission, SubmissionNames } from './submission-names';
import { isCopy } from './text-signature';

export type Counted = 'author' | 'text' | 'address' | 'network';

/**
 * A limit that a review exceeds: more reviews of a kind within ten minutes than allowed, this one
 * included.
 */
export interface Exceeded {
  of: Counted;
  /** At most twice the limit, because counting stops there. */
  count: number;
  limit: number;
}

/**
 * How many reviews may be created within ten minutes
 * (docs/decisions/0085-count-created-reviews-and-near-copies.md). One person may review a whole
 * order at once. An office, a family or a carrier's gateway shares an address. Neighbours share a
 * network.
 */
export const LIMITS: Readonly<Record<Counted, number>> = {
  author: 10,
  text: 3,
  address: 30,
  network: 100,
};
const WINDOW_MS = 600_000;

/** When a count reaches this part of its limit, the instance tells the others at once. */
const PART_TO_NUDGE = 1 / 6;

export interface SubmissionVelocity {
  /**
   * Counts a review that is about to be created.
   *
   * @returns the limits that it exceeds, and `settle`, which the caller must call when it knows
   * whether the review was created
   */
  take(submission: CountedSubmission): { exceeded: Exceeded[]; settle(isCreated: boolean): void };
  /** Adds a review that another instance created `ageMs` ago. */
  receive(names: SubmissionNames, ageMs: number): void;
  readonly metrics: VelocityMetrics;
}

export interface VelocityMetrics {
  /** Created reviews that exceeded a limit, by limit. */
  exceeded: Readonly<Record<Counted, number>>;
  /** Reviews that are counted now. */
  counted: number;
  /** Reviews forgotten before their ten minutes were over. */
  forgotten: number;
}

export interface SubmissionVelocityOptions {
  recent: RecentSubmissions;
  namesOf(submission: CountedSubmission): SubmissionNames;
  /** Queues a review created here for the other instances; `isUrgent`: a limit is near. */
  publish(names: SubmissionNames, isUrgent: boolean): void;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Counts the reviews created within the last ten minutes, by author, near copies of a text, address
 * and network.
 *
 * Algorithm: a review in progress counts on its own instance until `settle`. If it was created, it
 * joins the recent submissions, here at once and on the other instances after the next exchange
 * (velocity-exchange.ts). Refused reviews and replays of an Idempotency-Key do not count. If an
 * author submits a product again (and that review is set aside, not refused), it counts for address
 * and network only.
 * Bound: recent-submissions.ts bounds the recent ones, the write queue those in progress. A review
 * whose address or network is at twice its limit is not stored: the stored ones already hold the
 * next reviews back, and a flood from one network leaves room for the others.
 * Failure: without the exchange, each instance counts only the reviews that it creates itself.
 */
export function createSubmissionVelocity(options: SubmissionVelocityOptions): SubmissionVelocity {
  const { recent, namesOf, publish, now } = options;
  const inProgress = new Set<SubmissionNames>();
  const exceededSoFar: Record<Counted, number> = { author: 0, text: 0, address: 0, network: 0 };

  function count(names: SubmissionNames): Record<Counted, number> {
    recent.expire(now() - WINDOW_MS);
    const counts: Record<Counted, number> = {
      author: recent.count('author', names.author, 2 * LIMITS.author),
      text: names.text ? recent.countCopies(names.text, 2 * LIMITS.text) : 0,
      address: recent.count('host', names.host, 2 * LIMITS.address),
      network: recent.count('network', names.network, 2 * LIMITS.network),
    };
    for (const other of inProgress) {
      if (other.author === names.author) counts.author += 1;
      if (counts.text < 2 * LIMITS.text && areCopies(names.text, other.text)) counts.text += 1;
      if (names.host !== 0 && other.host === names.host) counts.address += 1;
      if (names.network !== 0 && other.network === names.network) counts.network += 1;
    }
    return counts;
  }

  function take(submission: CountedSubmission) {
    const names = namesOf(submission);
    const counts = count(names);
    const kept = withoutRepeat(names);
    inProgress.add(kept);
    const exceeded = KINDS.filter((of) => counts[of] >= LIMITS[of]).map((of) => ({
      of,
      count: Math.min(counts[of] + 1, 2 * LIMITS[of]),
      limit: LIMITS[of],
    }));

    function settle(isCreated: boolean): void {
      inProgress.delete(kept);
      if (!isCreated) return;
      for (const { of } of exceeded) exceededSoFar[of] += 1;
      if (isAtTwiceLimit('host', kept.host, LIMITS.address)) return;
      if (isAtTwiceLimit('network', kept.network, LIMITS.network)) return;
      recent.add(kept, now());
      publish(kept, isNearLimit(counts));
    }

    return { exceeded, settle };
  }

  /**
   * Removes author and text from the names of a repeated submission for the same product: it is
   * neither another review of the author nor another copy of the text. It is still assessed like
   * any other, so the answer does not reveal the earlier submission.
   */
  function withoutRepeat(names: SubmissionNames): SubmissionNames {
    const isRepeat = isInProgress(names.review) || recent.count('review', names.review, 1) > 0;
    return isRepeat ? { ...names, author: 0, text: null } : names;
  }

  function isInProgress(review: number): boolean {
    for (const other of inProgress) if (other.review === review) return true;
    return false;
  }

  function isAtTwiceLimit(kind: 'host' | 'network', name: number, limit: number): boolean {
    return recent.count(kind, name, 2 * limit) === 2 * limit;
  }

  return {
    take,
    receive: (names, ageMs) => recent.add(names, now() - ageMs),
    get metrics() {
      return { exceeded: exceededSoFar, counted: recent.size, forgotten: recent.forgotten };
    },
  };
}

function areCopies(text: Uint8Array | null, other: Uint8Array | null): boolean {
  return text !== null && other !== null && isCopy(text, 0, other, 0);
}

const KINDS = Object.keys(LIMITS) as Counted[];

/**
 * Whether one of the counts is close to its limit. Beyond the limit all instances know, and there
 * is no hurry.
 */
function isNearLimit(counts: Readonly<Record<Counted, number>>): boolean {
  return KINDS.some((of) => counts[of] >= LIMITS[of] * PART_TO_NUDGE && counts[of] <= LIMITS[of]);
}
