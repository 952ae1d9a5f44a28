import { startValkey, type ValkeyServer } from '../../bench/throttle/valkey-server';
import { createLogger } from '../../src/platform/telemetry/logger';
import type { ReportStore } from '../../src/throttle/share/spending-exchange';
import { createValkeyExchange } from '../../src/throttle/share/valkey-exchange';
import { describeWith } from '../support/programs';
import { swapInTime } from '../support/report-swap';

describeWith('valkey', 'the exchange through Valkey', () => {
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

  it("returns the latest reports of other members and their age, never a member's own", async () => {
    const [a, b] = [open(), open()];
    expect(await swapInTime(a, 'a', 'first')).toEqual([]);
    await swapInTime(a, 'a', 'second');
    expect(await swapInTime(b, 'b', 'other')).toEqual([
      { member: 'a', ageMs: expect.any(Number), report: 'second' },
    ]);
    expect(await swapInTime(a, 'a', 'third')).toMatchObject([{ member: 'b', report: 'other' }]);
  });

  it('fails in time when the server does not answer, and works again when it does', async () => {
    const store = open();
    await swapInTime(store, 'a', '');
    valkey.pause();
    await expect(store.swap('a', '')).rejects.toThrow('did not answer within 300 ms');
    valkey.resume();
    await swapInTime(store, 'a', '');
  });

  it('fails at once while the server is gone, and connects again when it is back', async () => {
    const store = open();
    await swapInTime(store, 'a', '');
    await valkey.kill();
    await expect(store.swap('a', '')).rejects.toThrow();
    await valkey.start();
    await swapInTime(store, 'a', '');
  });

  it('starts without the server, and connects later', async () => {
    await valkey.kill();
    const store = open();
    await expect(store.swap('a', '')).rejects.toThrow();
    await valkey.start();
    await swapInTime(store, 'a', '');
  });
});
