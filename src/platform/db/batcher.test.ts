import { createBatcher, OverloadedError } from './batcher';

/** A batcher whose statements are answered by hand, in any order. */
function createControlled(
  options: { batchSizeMax?: number; inFlightMax?: number; queueMax?: number } = {},
) {
  const statements: { keys: number[]; answer(): void; fail(error: Error): void }[] = [];
  const batcher = createBatcher<number, string>({
    identify: String,
    runMany: (keys) =>
      new Promise((resolve, reject) => {
        statements.push({
          keys,
          answer: () => resolve(keys.map((key) => `value ${key}`)),
          fail: reject,
        });
      }),
    ...options,
  });
  return { batcher, statements };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  // Its patience is the test's to end; the turns of the event loop are real.
  beforeEach(
    () => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }),
  );
  afterEach(() => void jest.useRealTimers());

  it('sends what one turn of the event loop has brought as one statement, each distinct key once', async () => {
    const { batcher, statements } = createControlled();
    const reads = [1, 2, 1, 3].map((key) => batcher.run(key));
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([[1, 2, 3]]);
    statements[0]!.answer();
    await expect(Promise.all(reads)).resolves.toEqual(['value 1', 'value 2', 'value 1', 'value 3']);
  });

  it('keeps at most inFlightMax statements under way, and sends the rest when one ends', async () => {
    const { batcher, statements } = createControlled({ inFlightMax: 1, batchSizeMax: 2 });
    const reads = [1, 2, 3, 4, 5].map((key) => batcher.run(key));
    await turn();
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([[1, 2]]);
    statements[0]!.answer();
    await turn();
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    statements[1]!.answer();
    await turn();
    await turn();
    statements[2]!.answer();
    await expect(Promise.all(reads)).resolves.toHaveLength(5);
  });

  it('gathers reads while a statement is under way, and sends them when it ends', async () => {
    const { batcher, statements } = createControlled();
    const reads = [batcher.run(1)];
    await turn();
    reads.push(batcher.run(2));
    await turn();
    reads.push(batcher.run(3));
    statements[0]!.answer();
    await reads[0];
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([[1], [2, 3]]);
    statements[1]!.answer();
    await Promise.all(reads);
  });

  it('sends a whole batch beside the statement under way', async () => {
    const { batcher, statements } = createControlled({ batchSizeMax: 2 });
    const reads = [batcher.run(1)];
    await turn();
    reads.push(batcher.run(2), batcher.run(3));
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([[1], [2, 3]]);
    for (const statement of statements) statement.answer();
    await Promise.all(reads);
  });

  it('does not wait for a statement that is slow, nor let a later read join it', async () => {
    const { batcher, statements } = createControlled();
    const before = batcher.run(1);
    await turn();
    const after = batcher.run(1);
    jest.advanceTimersByTime(5);
    await turn();
    expect(statements.map(({ keys }) => keys)).toEqual([[1], [1]]);
    for (const statement of statements) statement.answer();
    await Promise.all([before, after]);
  });

  it('fails the reads of the statement that failed, and no other', async () => {
    const { batcher, statements } = createControlled({ batchSizeMax: 1 });
    const reads = Promise.allSettled([batcher.run(1), batcher.run(2)]);
    await turn();
    await turn();
    statements[0]!.fail(new Error('gone'));
    statements[1]!.answer();
    expect((await reads).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('refuses one read more than may wait', async () => {
    const { batcher, statements } = createControlled({ inFlightMax: 1, queueMax: 2 });
    const first = batcher.run(1);
    await turn();
    const waiting = [batcher.run(2), batcher.run(3)];
    await expect(batcher.run(4)).rejects.toThrow(OverloadedError);
    statements[0]!.answer();
    await first;
    await turn();
    statements[1]!.answer();
    await expect(Promise.all(waiting)).resolves.toEqual(['value 2', 'value 3']);
  });
});
