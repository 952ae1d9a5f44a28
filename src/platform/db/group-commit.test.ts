import { DatabaseError } from 'pg';
import { OverloadedError } from './batcher';
import { createGroupCommit } from './group-commit';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError(`code ${code}`, 0, 'error');
  error.code = code;
  return error;
}

/** A queue whose transactions are ended by hand. */
function createControlled(
  options: {
    batchSizeMax?: number;
    queueMax?: number;
    lingerBelow?: number;
    lingerMs?: number;
  } = {},
) {
  const transactions: { commands: number[]; commit(): void; fail(error: Error): void }[] = [];
  const arrivals: (() => void)[] = [];
  const queue = createGroupCommit<number, string>({
    lingerMs: 0,
    write: (commands) =>
      new Promise((resolve, reject) => {
        transactions.push({
          commands,
          commit: () => resolve(commands.map((n) => `stored ${n}`)),
          fail: reject,
        });
        arrivals.shift()?.();
      }),
    ...options,
  });
  /** The next transaction that begins. */
  const begun = async (index: number) => {
    while (!transactions[index]) await new Promise<void>((resolve) => arrivals.push(resolve));
    return transactions[index]!;
  };
  return { queue, transactions, begun };
}

describe('group commit', () => {
  it('writes what has gathered as one transaction and answers nobody before it commits', async () => {
    const { queue, begun } = createControlled();
    const answered: string[] = [];
    const writes = [1, 2, 3].map((n) => queue.submit(n).then((answer) => answered.push(answer)));
    const transaction = await begun(0);
    expect(transaction.commands).toEqual([1, 2, 3]);
    expect(answered).toEqual([]);
    transaction.commit();
    await Promise.all(writes);
    expect(answered).toEqual(['stored 1', 'stored 2', 'stored 3']);
  });

  it('gathers the next batch while one is under way', async () => {
    const { queue, transactions, begun } = createControlled();
    const first = queue.submit(1);
    await begun(0);
    const rest = [2, 3].map((n) => queue.submit(n));
    expect(transactions).toHaveLength(1);
    transactions[0]!.commit();
    await first;
    expect((await begun(1)).commands).toEqual([2, 3]);
    transactions[1]!.commit();
    await Promise.all(rest);
  });

  it('takes a command that a client sends right after its answer into the next batch', async () => {
    const { queue, begun } = createControlled({ lingerMs: 50 });
    const first = queue.submit(1);
    (await begun(0)).commit();
    const waiting = queue.submit(2);
    await first;
    await new Promise(setImmediate); // its next request has to come first
    const again = queue.submit(3);
    const second = await begun(1);
    expect(second.commands).toEqual([2, 3]);
    second.commit();
    await Promise.all([waiting, again]);
  });

  it('starts at once when enough commands wait, at first and after a batch', async () => {
    const anHour = 3_600_000;
    const { queue, begun } = createControlled({ lingerMs: anHour, lingerBelow: 2 });
    const first = [1, 2].map((n) => queue.submit(n));
    const rest = [3, 4].map((n) => queue.submit(n));
    (await begun(0)).commit();
    const second = await begun(1);
    second.commit();
    await Promise.all([...first, ...rest]);
    expect(second.commands).toEqual([3, 4]);
  });

  it('fails a bad row alone, never its batch', async () => {
    const { queue, begun } = createControlled();
    const writes = Promise.allSettled([1, 2, 3].map((n) => queue.submit(n)));
    (await begun(0)).fail(databaseError('22P02'));
    (await begun(1)).commit();
    (await begun(2)).fail(databaseError('22P02'));
    (await begun(3)).commit();
    expect((await writes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('tries a deadlock again as a whole', async () => {
    const { queue, begun } = createControlled();
    const writes = Promise.all([1, 2].map((n) => queue.submit(n)));
    (await begun(0)).fail(databaseError('40P01'));
    const again = await begun(1);
    expect(again.commands).toEqual([1, 2]);
    again.commit();
    await writes;
  });

  it('repeats nothing when the connection is lost, because the batch may be committed', async () => {
    const { queue, transactions, begun } = createControlled();
    const writes = Promise.allSettled([1, 2].map((n) => queue.submit(n)));
    (await begun(0)).fail(new Error('Connection terminated unexpectedly'));
    expect((await writes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(transactions).toHaveLength(1);
  });

  it('refuses one command more than may wait, at once', async () => {
    const { queue, begun } = createControlled({ batchSizeMax: 1, queueMax: 2 });
    const first = queue.submit(1);
    await begun(0);
    const waiting = [queue.submit(2), queue.submit(3)];
    await expect(queue.submit(4)).rejects.toThrow(OverloadedError);
    for (const index of [0, 1, 2]) (await begun(index)).commit();
    await Promise.all([first, ...waiting]);
  });

  it('drains what it has accepted, and accepts no more', async () => {
    const { queue, begun } = createControlled({ batchSizeMax: 1 });
    const writes = [1, 2].map((n) => queue.submit(n));
    const drained = queue.drain();
    await expect(queue.submit(3)).rejects.toThrow(OverloadedError);
    (await begun(0)).commit();
    (await begun(1)).commit();
    await drained;
    await expect(Promise.all(writes)).resolves.toEqual(['stored 1', 'stored 2']);
  });
});
