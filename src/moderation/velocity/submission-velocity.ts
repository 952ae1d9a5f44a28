import type { RecentSubmissions } from './recent-submissions';
import type { CountedSubmission, SubmissionNames } from './submission-names';
import { isCopy } from './text-signature';

export type Counted = 'author' | 'text' | 'address' | 'network';

/** More reviews than one of its kind may have within ten minutes, this one included. */
export interface Exceeded {
  of: Counted;
  /** Counted no further than twice the limit. */
  count: number;
  limit: number;
}

/**
 * Within ten minutes (docs/decisions/0085-count-created-reviews-and-near-copies.md): one person may
 * review a whole order at once; an office, a family and a carrier's gateway share an address;
 * neighbours share a network.
 */
export const LIMITS: Readonly<Record<Counted, number>> = {
  author: 10,
  text: 3,
  address: 30,
  network: 100,
};
const WINDOW_MS = 600_000;

/** An instance with this part of a limit tells the others at once. */
const PART_TO_NUDGE = 1 / 6;

export interface SubmissionVelocity {
  /**
   * Counts a review that is about to be created.
   * @returns what is exceeded with it, and the function to call once it is known whether it was
   * created
   */
  take(submission: CountedSubmission): { exceeded: Exceeded[]; settle(isCreated: boolean): void };
  /** A review that another instance created `ageMs` ago. */
  hear(names: SubmissionNames, ageMs: number): void;
  readonly metrics: VelocityMetrics;
}

export interface VelocityMetrics {
  /** Reviews that exceeded a limit. */
  exceeded: Readonly<Record<Counted, number>>;
  counted: number;
  forgotten: number;
}

export interface SubmissionVelocityOptions {
  recent: RecentSubmissions;
  namesOf(submission: CountedSubmission): SubmissionNames;
  /** Tells the other instances of a review created here; `isUrgent`: a limit is near. */
  tell(names: SubmissionNames, isUrgent: boolean): void;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * Counts the reviews that were created within the last ten minutes, by author, near copies of a
 * text, address and network.
 *
 * Algorithm: what is under way in this instance counts until it is known whether it was created;
 * then it is one of the recent ones, here at once and on the other instances after the next
 * exchange (velocity-exchange.ts). What was refused or answered from a kept key does not count.
 * What an author sends again for a product (where that is set aside and not refused) counts for
 * address and network only.
 * Bound: that of recent-submissions.ts, and the write queue's for what is under way. A review whose
 * address or network stands at twice its limit is not kept: those that are hold the next ones back
 * as well, and a flood from one network leaves room for the rest.
 * Failure: without exchange each instance counts what it creates itself, as there is nothing else
 * to be known.
 */
export function createSubmissionVelocity(options: SubmissionVelocityOptions): SubmissionVelocity {
  const { recent, namesOf, tell, now } = options;
  const underWay = new Set<SubmissionNames>();
  const exceededSoFar: Record<Counted, number> = { author: 0, text: 0, address: 0, network: 0 };

  function count(names: SubmissionNames): Record<Counted, number> {
    recent.expire(now() - WINDOW_MS);
    const counts: Record<Counted, number> = {
      author: recent.count('author', names.author, 2 * LIMITS.author),
      text: names.text ? recent.countCopies(names.text, 2 * LIMITS.text) : 0,
      address: recent.count('host', names.host, 2 * LIMITS.address),
      network: recent.count('network', names.network, 2 * LIMITS.network),
    };
    for (const other of underWay) {
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
    underWay.add(kept);
    const exceeded = KINDS.filter((of) => counts[of] >= LIMITS[of]).map((of) => ({
      of,
      count: Math.min(counts[of] + 1, 2 * LIMITS[of]),
      limit: LIMITS[of],
    }));

    function settle(isCreated: boolean): void {
      underWay.delete(kept);
      if (!isCreated) return;
      for (const { of } of exceeded) exceededSoFar[of] += 1;
      if (isKeptEnough('host', kept.host, LIMITS.address)) return;
      if (isKeptEnough('network', kept.network, LIMITS.network)) return;
      recent.add(kept, now());
      tell(kept, isNearLimit(counts));
    }

    return { exceeded, settle };
  }

  /**
   * What an author sends again for the same product is neither another review of theirs nor another
   * copy of the text. It is judged as others are: that it was there before is not to be seen in it.
   */
  function withoutRepeat(names: SubmissionNames): SubmissionNames {
    const isRepeat = isUnderWay(names.review) || recent.count('review', names.review, 1) > 0;
    return isRepeat ? { ...names, author: 0, text: null } : names;
  }

  function isUnderWay(review: number): boolean {
    for (const other of underWay) if (other.review === review) return true;
    return false;
  }

  function isKeptEnough(kind: 'host' | 'network', name: number, limit: number): boolean {
    return recent.count(kind, name, 2 * limit) === 2 * limit;
  }

  return {
    take,
    hear: (names, ageMs) => recent.add(names, now() - ageMs),
    get metrics() {
      return { exceeded: exceededSoFar, counted: recent.size, forgotten: recent.forgotten };
    },
  };
}

function areCopies(text: Uint8Array | null, other: Uint8Array | null): boolean {
  return text !== null && other !== null && isCopy(text, 0, other, 0);
}

const KINDS = Object.keys(LIMITS) as Counted[];

/** While one of the counts rises to its limit. Beyond it all know, and there is no hurry. */
function isNearLimit(counts: Readonly<Record<Counted, number>>): boolean {
  return KINDS.some((of) => counts[of] >= LIMITS[of] * PART_TO_NUDGE && counts[of] <= LIMITS[of]);
}
