import { OverloadedError } from './batcher';
import { CommitStats } from './group-commit-metrics';
import { isDatabaseUnavailable, isRetryable } from './pg-errors';

/**
 * A write queue with group commit: it writes many concurrent commands in one transaction, and
 * settles each after the commit.
 *
 * Algorithm: commands wait in a bounded queue. The queue takes up to `batchSizeMax` of them as soon
 * as `lingerBelow` wait, at the latest `lingerMs` after the first came or the batch before ended. It
 * writes them in one transaction while the next batch gathers. Only one batch is under way: a second
 * would wait for the first one's locks, and split commands that could share a commit. A small batch
 * lingers even right after another, because clients that just got their responses send again. More
 * commands then share its fixed cost. A large batch gains little by that, and the database would
 * idle meanwhile (decision 44). Bound: `queueMax` waiting commands; the queue rejects one more at
 * once (OverloadedError → 503). Failure: if a bad row fails a batch, the queue writes the commands
 * again one by one, so that the row fails alone. After a deadlock or another lost race it tries the
 * whole batch again. If the database goes away, the whole batch fails. It may have been committed; a
 * client finds out by repeating the request with the same Idempotency-Key.
 */
export interface WriteQueue<Command, Outcome> {
  /** Resolves after the commit. */
  submit(command: Command): Promise<Outcome>;
  /** Rejects new commands from now on. Resolves when all accepted ones are settled. */
  drain(): Promise<void>;
  readonly stats: CommitStats;
}

export interface GroupCommitOptions<Command, Outcome> {
  /**
   * Writes all commands in one transaction. Resolves to their outcomes, in order. If it rejects,
   * it has written nothing.
   */
  write(commands: Command[]): Promise<Outcome[]>;
  batchSizeMax?: number;
  lingerBelow?: number;
  lingerMs?: number;
  queueMax?: number;
}

interface Waiting<Command, Outcome> {
  command: Command;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

const TRIES = 5;

export function createGroupCommit<Command, Outcome>(
  options: GroupCommitOptions<Command, Outcome>,
): WriteQueue<Command, Outcome> {
  const { write, batchSizeMax = 200, lingerBelow = 32, lingerMs = 2, queueMax = 2_000 } = options;
  const queue: Waiting<Command, Outcome>[] = [];
  const stats = new CommitStats(() => queue.length);
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let draining = false;

  function submit(command: Command): Promise<Outcome> {
    if (draining) return refuse('this instance is stopping');
    if (queue.length >= queueMax) return refuse(`${queueMax} writes are waiting`);
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    queue.push({ command, resolve, reject });
    if (!working) startSoon();
    return promise;
  }

  function refuse(reason: string): Promise<never> {
    stats.refused += 1;
    return Promise.reject(new OverloadedError(reason));
  }

  function startSoon(): void {
    if (draining || queue.length >= lingerBelow) startWork();
    else timer ??= setTimeout(startWork, lingerMs);
  }

  function startWork(): void {
    clearTimeout(timer);
    timer = undefined;
    working = settle(queue.splice(0, batchSizeMax)).finally(() => {
      working = undefined;
      if (queue.length > 0) startSoon(); // commands came meanwhile
    });
  }

  async function settle(batch: Waiting<Command, Outcome>[]): Promise<void> {
    const takenAt = performance.now();
    stats.items.observe(batch.length);
    try {
      const outcomes = await writeWithRetries(batch.map(({ command }) => command));
      stats.seconds.observe((performance.now() - takenAt) / 1000);
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      if (batch.length === 1 || isDatabaseUnavailable(error)) {
        stats.failed += batch.length;
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const each of batch) await settle([each]);
    }
  }

  async function writeWithRetries(commands: Command[]): Promise<Outcome[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await write(commands);
      } catch (error) {
        if (!isRetryable(error) || tries === TRIES) throw error;
        stats.retries += 1;
      }
    }
  }

  async function drain(): Promise<void> {
    draining = true;
    if (queue.length > 0 && !working) startWork();
    while (working) await working;
  }

  return { submit, drain, stats };
}
