import { admitAsOne, agreementWithOne, fullestSecond } from './one-limiter';

describe('one limiter of ten a second', () => {
  const every = (stepMs: number, count: number) =>
    Array.from({ length: count }, (_, i) => i * stepMs);

  it('admits its burst at once, then ten a second', () => {
    expect(admitAsOne(every(10, 500), 10, 10)).toHaveLength(10 + 49);
    expect(admitAsOne(Array(50).fill(7), 10, 10)).toHaveLength(10);
  });

  it('admits all requests that come no faster than its rate', () => {
    expect(admitAsOne(every(100, 50), 10, 1)).toHaveLength(50);
  });

  it('is compared with the admitted requests, also in a part of a load', () => {
    const answers = every(10, 500).map((atMs) => ({
      atMs,
      status: atMs < 2_000 ? 200 : 429,
      tookMs: 1,
    }));
    expect(agreementWithOne(answers, 10, { fromMs: 1_000, toMs: 3_000 })).toEqual({
      asked: 200,
      admitted: 99,
      admittedByOne: 20,
      worstSecond: 99,
      worstSecondByOne: 10,
    });
  });

  it('finds the fullest second at any start', () => {
    expect(fullestSecond([0, 900, 1_100, 1_200, 1_850, 1_950, 3_000])).toBe(4);
  });
});
