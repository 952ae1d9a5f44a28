import { startValkey, type ValkeyServer } from '../../scripts/bench/valkey-server';
import { createLogger } from '../../src/platform/telemetry/logger';
import type { ReportStore } from '../../src/throttle/spending-exchange';
import { createValkeyExchange } from '../../src/throttle/valkey-exchange';
import { until } from '../support/poll';

describe('the exchange through Valkey', () => {
  let valkey: ValkeyServer;
  const stores: ReportStore[] = [];

  function open(): ReportStore {
    const store = createValkeyExchange(valkey.url, createLogger('silent', 'under-test'));
    stores.push(store);
    return store;
  }

  beforeEach(async () => {
    valkey = await startValkey();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await valkey.kill();
  });

  it("answers with the others' latest reports and their age, never with one's own", async () => {
    const [a, b] = [open(), open()];
    expect(await a.swap('a', 'first')).toEqual([]);
    await a.swap('a', 'second');
    expect(await b.swap('b', 'other')).toEqual([
      { member: 'a', ageMs: expect.any(Number), report: 'second' },
    ]);
    expect(await a.swap('a', 'third')).toMatchObject([{ member: 'b', report: 'other' }]);
  });

  it('gives up on a server that does not answer, and works again when it does', async () => {
    const store = open();
    await store.swap('a', '');
    valkey.pause();
    await expect(store.swap('a', '')).rejects.toThrow('did not answer within 300 ms');
    valkey.resume();
    await until('it answers', () =>
      store.swap('a', '').then(
        () => true,
        () => false,
      ),
    );
  });

  it('fails at once while the server is gone, and connects again when it is back', async () => {
    const store = open();
    await store.swap('a', '');
    await valkey.kill();
    await expect(store.swap('a', '')).rejects.toThrow();
    await valkey.start();
    await until('it answers', () =>
      store.swap('a', '').then(
        () => true,
        () => false,
      ),
    );
  });

  it('does not need the server to start with', async () => {
    await valkey.kill();
    const store = open();
    await expect(store.swap('a', '')).rejects.toThrow();
    await valkey.start();
    await until('it answers', () =>
      store.swap('a', '').then(
        () => true,
        () => false,
      ),
    );
  });
});
