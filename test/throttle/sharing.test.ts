import { type Scenario, simulate } from '../../bench/throttle/throttle-simulation';

/**
 * Six instances and one client. Half of its requests go to one instance and 2 % to another. Every
 * three seconds these are other instances.
 */
const SCENARIO: Scenario = {
  seconds: 40,
  limit: 100,
  burst: 100,
  load: 1_000,
  parts: [0.5, 0.25, 0.12, 0.07, 0.04, 0.02],
  turnSeconds: 3,
  storeIntervalMs: 250,
  storeLatencyMs: 4,
  seed: 1,
};

describe('six instances that decide alone', () => {
  it.each([1, 2, 3, 4])(
    'admit as much as one instance at ten times the limit: ±1 % in the long run, +5 %% in the worst second (%i)',
    async (seed) => {
      const { admittedSettled, worstSecond, central } = await simulate({ ...SCENARIO, seed });
      expect(Math.abs(admittedSettled / central.admittedSettled - 1)).toBeLessThan(0.01);
      expect(worstSecond).toBeLessThan(1.05 * (SCENARIO.limit + SCENARIO.burst));
    },
  );

  it.each([1, 2, 3, 4])(
    'refuse at most one in a thousand at nine tenths of the limit (%i)',
    async (seed) => {
      const { asked, admitted, central } = await simulate({ ...SCENARIO, load: 90, seed });
      expect((central.admitted - admitted) / asked).toBeLessThan(0.001);
    },
  );

  it('exchange nothing about a client below the limit that each instance may grant alone', async () => {
    const { reports } = await simulate({
      ...SCENARIO,
      load: 20,
      parts: [0.2, 0.2, 0.2, 0.2, 0.1, 0.1],
    });
    expect(reports).toBe(0);
  });

  it('keep to the limit while the store is away, and agree again within two seconds of its return', async () => {
    const storeIsUp = (nowMs: number) => nowMs < 15_000 || nowMs > 25_000;
    const { times } = await simulate({ ...SCENARIO, storeIsUp });
    const admitted = (from: number, to: number) =>
      times.filter((at) => at >= from && at < to).length;

    expect(admitted(17_500, 24_500) / 7).toBeGreaterThan(85);
    expect(admitted(17_500, 24_500) / 7).toBeLessThan(105);
    expect(admitted(26_500, 36_500) / 10).toBeGreaterThan(98);
    expect(admitted(26_500, 36_500) / 10).toBeLessThan(103);
  });

  it.each([1, 2, 3, 4])(
    'charge no request twice when the store has lost its reports (%i)',
    async (seed) => {
      const { times } = await simulate({ ...SCENARIO, load: 500, storeForgetsAtMs: 20_000, seed });
      const admitted = (from: number, to: number) =>
        times.filter((at) => at >= from && at < to).length;

      expect(admitted(20_000, 24_000) / 4).toBeGreaterThan(95);
      expect(admitted(20_000, 24_000) / 4).toBeLessThan(110);
    },
  );

  it.each([1, 2, 3, 4])(
    'charge no request twice when the store was away and comes back empty (%i)',
    async (seed) => {
      const storeIsUp = (nowMs: number) => nowMs < 15_000 || nowMs > 20_000;
      const { times } = await simulate({
        ...SCENARIO,
        load: 500,
        storeIsUp,
        storeForgetsAtMs: 19_000,
        seed,
      });
      const admitted = (from: number, to: number) =>
        times.filter((at) => at >= from && at < to).length;

      expect(admitted(20_000, 24_000) / 4).toBeGreaterThan(95);
      expect(admitted(20_000, 24_000) / 4).toBeLessThan(110);
    },
  );
});
