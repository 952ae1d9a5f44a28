import { pino } from 'pino';
import { createSpendingExchange, type StoredReport } from './spending-exchange';

/** An exchange with its own clock, over a store that does what `swap` does. */
function createExchange(swap: () => Promise<StoredReport[]>) {
  let nowMs = 0;
  let timer: { at: number; run: () => void } | null = null;
  const delays: number[] = [];
  const shared = { report: () => ({ at: nowMs, entries: [] }), apply: jest.fn(), drift: jest.fn() };
  const exchange = createSpendingExchange({
    store: { name: 'test', intervalMs: 250, swap, close: async () => {} },
    member: 'me',
    shared,
    logger: pino({ level: 'silent' }),
    now: () => nowMs,
    random: () => 0.5,
    schedule: (run, delayMs) => {
      delays.push(delayMs);
      timer = { at: nowMs + delayMs, run };
      return () => {
        timer = null;
      };
    },
  });
  async function tick() {
    const due = timer!;
    timer = null;
    nowMs = due.at;
    due.run();
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  }
  return { exchange, shared, tick, delays };
}

describe('the exchange', () => {
  it('exchanges at its interval', async () => {
    const { exchange, shared, tick, delays } = createExchange(async () => []);
    await exchange.start();
    await tick();
    await tick();
    expect(shared.apply).toHaveBeenCalledTimes(3);
    expect(delays).toEqual([250, 250, 250]);
  });

  it('exchanges 25 ms after a nudge, and ignores a second nudge', async () => {
    const { exchange, shared, tick, delays } = createExchange(async () => []);
    await exchange.start();
    exchange.nudge();
    exchange.nudge();
    expect(delays).toEqual([250, 25]);
    await tick();
    expect(shared.apply).toHaveBeenCalledTimes(2);
  });

  it('opens the circuit at the third failure, then only probes, and closes it at a success', async () => {
    let isUp = false;
    const { exchange, shared, tick, delays } = createExchange(async () => {
      if (isUp) return [];
      throw new Error('away');
    });
    await exchange.start();
    await tick();
    expect(exchange.state).toMatchObject({ open: false, failures: 2 });
    await tick();
    expect(exchange.state).toMatchObject({ open: true, failures: 3, ageMs: 500 });
    expect(shared.drift).toHaveBeenLastCalledWith(0, 500);
    exchange.nudge();
    expect(delays).toEqual([250, 250, 500]);

    isUp = true;
    await tick();
    expect(exchange.state).toMatchObject({ open: false, ageMs: 0 });
    expect(delays.at(-1)).toBe(250);
  });

  it('treats a report that it cannot read as one without entries', async () => {
    const { exchange, shared } = createExchange(async () => [
      { member: 'newer', ageMs: 1, report: '{"v":2}' },
    ]);
    await exchange.start();
    expect(shared.apply).toHaveBeenCalledWith(
      [{ member: 'newer', ageMs: 1, report: { at: 0, entries: [] } }],
      0,
    );
  });

  it('does not exchange after it was closed', async () => {
    const { exchange, delays } = createExchange(async () => []);
    await exchange.start();
    await exchange.close();
    exchange.nudge();
    expect(delays).toEqual([250]);
  });
});
