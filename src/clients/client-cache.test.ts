import { createClientCache } from './client-cache';
import type { LiveKey } from './client-repository';

const LIVE: LiveKey = { clientId: 'erp', scopes: ['write'], keyHash: Buffer.alloc(32) };

function createCounted(entriesMax?: number) {
  const asked: string[] = [];
  const database = new Map([['live', LIVE]]);
  let clock = 0;
  const cache = createClientCache({
    lookUp: async (keyId) => {
      asked.push(keyId);
      if (keyId === 'broken') throw new Error('the database is away');
      return database.get(keyId) ?? null;
    },
    now: () => clock,
    entriesMax,
  });
  const advance = (ms: number) => {
    clock += ms;
  };
  return { cache, asked, database, advance };
}

describe('the cache of keys', () => {
  it('looks a key up once for many concurrent requests', async () => {
    const { cache, asked } = createCounted();
    const found = await Promise.all(Array.from({ length: 50 }, () => cache.find('live')));
    expect(new Set(found)).toEqual(new Set([LIVE]));
    expect(asked).toEqual(['live']);
  });

  it('forgets a key two seconds after its lookup began, so that a revoked key stops working', async () => {
    const { cache, asked, database, advance } = createCounted();
    await cache.find('live');
    database.delete('live');
    advance(1_999);
    expect(await cache.find('live')).toBe(LIVE);
    advance(1);
    expect(await cache.find('live')).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('remembers that a key does not exist', async () => {
    const { cache, asked } = createCounted();
    for (let i = 0; i < 10; i += 1) expect(await cache.find('none')).toBeNull();
    expect(asked).toEqual(['none']);
  });

  it('does not keep a failed lookup', async () => {
    const { cache, asked } = createCounted();
    await expect(cache.find('broken')).rejects.toThrow('away');
    await expect(cache.find('broken')).rejects.toThrow('away');
    expect(asked).toHaveLength(2);
  });

  it('keeps answering when more keys come than it can hold', async () => {
    const { cache, asked } = createCounted(10);
    for (let i = 0; i < 1_000; i += 1) await cache.find(`unknown-${i}`);
    expect(await cache.find('live')).toBe(LIVE);
    expect(await cache.find('live')).toBe(LIVE);
    expect(asked).toHaveLength(1_001);
  });
});
