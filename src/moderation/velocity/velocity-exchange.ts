import {
  createExchangeLoop,
  type ExchangeLoop,
  type ExchangeLoopOptions,
} from '../../platform/exchange-loop';
import { ENTRIES_MAX } from './recent-submissions';
import type { SubmissionNames } from './submission-names';
import { packSubmissions, unpackSubmissions } from './submission-packing';
import type { PublishedSubmissions, VelocityRepository } from './velocity-repository';

/**
 * Exchanges the reviews that each instance creates, through a table of the database. If the
 * database is away, no reviews are created either. No request waits for the exchange.
 *
 * Algorithm: every quarter of a second an instance (member) writes one row with the reviews created
 * since, and reads the new rows of the others once. A member numbers its rows and writes them one
 * after another, so the others miss none and read none twice. If a write may or may not have
 * succeeded, the member writes the row again under the same number. The first exchange reads ten
 * minutes, so a restart forgets nothing.
 * Bound: at most ENTRIES_MAX reviews wait to be sent, as many as the others would remember.
 * Failure: reviews that could not be sent are sent later (exchange-loop.ts).
 */
export interface VelocityExchange extends ExchangeLoop {
  /** Queues a review created here; `isUrgent` starts an exchange at once. */
  publish(names: SubmissionNames, isUrgent: boolean): void;
}

export interface VelocityExchangeOptions
  extends Pick<ExchangeLoopOptions, 'logger' | 'now' | 'random' | 'schedule'> {
  repository: VelocityRepository;
  /** Unique per start of an instance. */
  member: string;
  receive(names: SubmissionNames, ageMs: number): void;
}

const INTERVAL_MS = 250;
const WINDOW_MS = 600_000;
/**
 * A row may become visible this much later than its time says: a statement may take 5 s
 * (platform/db/pools.ts).
 */
const COMMIT_MS_MAX = 6_000;
const CLEARING_INTERVAL_MS = 60_000;

export function createVelocityExchange(options: VelocityExchangeOptions): VelocityExchange {
  const { repository, member, receive, now } = options;
  let waiting: SubmissionNames[] = [];
  let published: PublishedSubmissions | null = null;
  let number = 0;
  let readAt = now() - WINDOW_MS;
  let clearedAt = Number.NEGATIVE_INFINITY;
  const known = new Map<string, number>();
  const receivedAt = new Map<string, number>();

  async function exchange(): Promise<void> {
    published ??= takeWaiting();
    const startedAt = now();
    const sinceMs = Math.min(WINDOW_MS, startedAt - readAt + COMMIT_MS_MAX);
    const received = await repository.exchangeSubmissions(
      member,
      published,
      known,
      sinceMs,
      ENTRIES_MAX,
    );
    published = null;
    readAt = startedAt;
    for (const each of received) {
      known.set(each.member, each.number);
      receivedAt.set(each.member, startedAt);
      for (const names of unpackSubmissions(each.names)) receive(names, each.ageMs);
    }
    await clear(startedAt);
  }

  function takeWaiting(): PublishedSubmissions | null {
    if (waiting.length === 0) return null;
    const submissions = waiting;
    waiting = [];
    number += 1;
    return { member, number, reviews: submissions.length, names: packSubmissions(submissions) };
  }

  /** Forgets rows and members that are ten minutes old, at most once a minute. */
  async function clear(at: number): Promise<void> {
    if (at - clearedAt < CLEARING_INTERVAL_MS) return;
    clearedAt = at;
    for (const [each, lastAt] of receivedAt) {
      if (at - lastAt <= WINDOW_MS + COMMIT_MS_MAX) continue;
      receivedAt.delete(each);
      known.delete(each);
    }
    await repository.deleteOldSubmissions();
  }

  const loop = createExchangeLoop({
    ...options,
    name: 'velocity exchange',
    effectOfOutage: 'each instance counts the reviews that it creates itself',
    store: 'postgres',
    intervalMs: INTERVAL_MS,
    exchange,
  });

  return {
    start: loop.start,
    nudge: loop.nudge,
    close: async () => {
      await loop.close();
      if (waiting.length > 0) await exchange().catch(() => {}); // best effort: the last reviews of this instance
    },
    publish(names, isUrgent) {
      if (waiting.length === ENTRIES_MAX) waiting.shift();
      waiting.push(names);
      if (isUrgent) loop.nudge();
    },
    get state() {
      return loop.state;
    },
  };
}
