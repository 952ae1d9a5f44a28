import { createReadCache, type Load } from './read-cache';

/**
 * A cache of texts on clocks that the test moves, and a database of one text a key that answers
 * when it is told to.
 */
function createScene(bytesMax = 100_000) {
  let wallMs = 5_000;
  let monotonicMs = 0;
  const cache = createReadCache<string>({
    bytesMax,
    bytesOf: (text) => text.length,
    wallClock: () => wallMs,
    now: () => monotonicMs,
  });
  const stored: Record<string, string> = {};
  const asked: { key: string; known: string | undefined }[] = [];
  const load: Load<string> = async (key, known) => {
    asked.push({ key, known });
    return stored[key] ?? 'none';
  };
  const read = async (key: string) => (await cache.read(key, load)).value;
  return {
    cache,
    stored,
    asked,
    load,
    read,
    /** From then on the keys are worth keeping. */
    acquaint: async (...keys: string[]) => {
      for (const key of keys) await read(key);
      asked.length = 0;
      Object.assign(cache.stats, { hits: 0, misses: 0 });
    },
    pass: (ms: number) => {
      wallMs += ms;
      monotonicMs += ms;
    },
    setWallClock: (ms: number) => {
      wallMs = ms;
    },
  };
}

describe('a read cache', () => {
  it('answers from memory until the wall-clock second in which the read began is over, and says when that was', async () => {
    const { acquaint, cache, stored, asked, load, pass } = createScene();
    await acquaint('a');
    stored.a = 'one';
    pass(300);
    await cache.read('a', load);
    stored.a = 'two';
    pass(699);
    expect(cache.read('a', load)).toMatchObject({ value: 'one', readAtMs: 300 });
    pass(1);
    expect(await cache.read('a', load)).toMatchObject({ value: 'two', readAtMs: 1_000 });
    expect(asked).toHaveLength(2);
    expect(cache.stats).toMatchObject({ hits: 1, misses: 2 });
  });

  it('reads again when the wall clock is set back into an earlier second', async () => {
    const { acquaint, stored, read, pass, setWallClock } = createScene();
    await acquaint('a');
    stored.a = 'one';
    await read('a');
    stored.a = 'two';
    pass(1_000);
    setWallClock(5_000);
    expect(await read('a')).toBe('two');
  });

  it('gives the loader the old value when the second is over', async () => {
    const { acquaint, stored, asked, read, pass } = createScene();
    await acquaint('a');
    stored.a = 'one';
    await read('a');
    pass(1_000);
    await read('a');
    expect(asked).toEqual([
      { key: 'a', known: undefined },
      { key: 'a', known: 'one' },
    ]);
  });

  it('asks once for all requests that come while a key is being read, and again in the next second', async () => {
    const { acquaint, cache, pass } = createScene();
    await acquaint('a');
    const loads: ((value: string) => void)[] = [];
    const load = () => new Promise<string>((resolve) => loads.push(resolve));
    const first = [cache.read('a', load), cache.read('a', load)];
    pass(1_000);
    const second = cache.read('a', load);
    expect(loads).toHaveLength(2);
    loads[1]!('new');
    loads[0]!('old');
    expect(await Promise.all(first)).toMatchObject([{ value: 'old' }, { value: 'old' }]);
    expect(await second).toMatchObject({ value: 'new', readAtMs: 1_000 });
    expect(cache.read('a', load)).toMatchObject({ value: 'new' }); // not what was loaded last
  });

  it('neither keeps nor joins a read that began before the key was dropped', async () => {
    const { acquaint, cache, stored, read } = createScene();
    await acquaint('a');
    let finish: (value: string) => void = () => {};
    const before = cache.read('a', () => new Promise((resolve) => (finish = resolve)));
    stored.a = 'new';
    cache.drop(['a']);
    expect(await read('a')).toBe('new');
    finish('old');
    expect(await before).toMatchObject({ value: 'old' });
    expect(await read('a')).toBe('new');
  });

  it('asks again after a drop, without what it knew', async () => {
    const { acquaint, cache, stored, asked, read } = createScene();
    await acquaint('a');
    stored.a = 'one';
    await read('a');
    stored.a = 'two';
    cache.drop(['a', 'unknown']);
    expect(await read('a')).toBe('two');
    expect(asked.at(-1)!.known).toBeUndefined();
    expect(cache.stats.bytes!()).toBe(503);
  });

  it('keeps nothing of a read that failed, and fails all who waited for it', async () => {
    const { acquaint, cache, stored, read } = createScene();
    await acquaint('a');
    const fail = () => Promise.reject(new Error('away'));
    const answers = await Promise.allSettled([cache.read('a', fail), cache.read('a', fail)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    stored.a = 'there';
    expect(await read('a')).toBe('there');
  });

  it('never holds more bytes than it may, and keeps what is in use', async () => {
    const { cache, stored, read, asked } = createScene(100_000);
    for (let n = 0; n < 1_000; n += 1) {
      stored[`key-${n}`] = 'x'.repeat(n % 7 === 0 ? 3_000 : 500);
      await read(`key-${n}`);
      await read(`key-${n}`);
      await read('key-0');
      expect(cache.stats.bytes!()).toBeLessThanOrEqual(100_000);
    }
    expect(cache.stats.bytes!()).toBeGreaterThan(40_000);
    expect(asked.filter(({ key }) => key === 'key-0')).toHaveLength(2);
    expect(cache.stats.entries!()).toBeGreaterThan(20);
  });

  it('stores a key from its second request on', async () => {
    const { cache, asked, read } = createScene();
    await read('a');
    expect(cache.stats.entries!()).toBe(0);
    for (let round = 0; round < 3; round += 1) await read('a');
    expect(asked).toHaveLength(2);
    for (let n = 0; n < 10_000; n += 1) await read(`once-${n}`);
    expect(cache.stats.entries!()).toBe(1);
  });

  it('answers what is larger than its half without keeping it', async () => {
    const { acquaint, cache, stored, read } = createScene(10_000);
    await acquaint('a');
    stored.a = 'x'.repeat(6_000);
    expect(await read('a')).toHaveLength(6_000);
    expect(cache.stats).toMatchObject({ hits: 0, misses: 1 });
    expect(cache.stats.bytes!()).toBe(0);
  });

  it.each(['__proto__', 'constructor', 'toString', 't', 'v'])(
    'takes %s for a key like any other',
    async (key) => {
      const { acquaint, cache, stored, asked, read } = createScene();
      await acquaint(...new Set([key, 'v']));
      Object.defineProperty(stored, key, { value: 'one', writable: true, enumerable: true });
      expect([await read(key), await read(key), await read('v')]).toEqual([
        'one',
        'one',
        key === 'v' ? 'one' : 'none',
      ]);
      expect(asked.filter((each) => each.key === key)).toHaveLength(1);
      expect(cache.stats.entries!()).toBe(key === 'v' ? 1 : 2);
    },
  );
});
