import { createRequestSample } from './request-sample';

const PAGE = { route: '/page', method: 'GET' };

describe('a sample of the requests', () => {
  it('holds all requests while they are few', () => {
    const sample = createRequestSample(3);
    for (const seconds of [1, 2, 3]) sample.offer(PAGE, 200, seconds);
    expect(sample.take()).toEqual(
      [1, 2, 3].map((seconds) => expect.objectContaining({ ...PAGE, seconds })),
    );
  });

  it('holds no more than its size, and includes each request with the same chance', () => {
    const chosen = new Array<number>(20).fill(0);
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const sample = createRequestSample(5, random);
    for (let turn = 0; turn < 4_000; turn += 1) {
      for (let seconds = 0; seconds < 20; seconds += 1) sample.offer(PAGE, 200, seconds);
      const taken = sample.take();
      expect(taken).toHaveLength(5);
      for (const { seconds } of taken) chosen[seconds]! += 1;
    }
    // A quarter of 4,000 each; five times the standard deviation is 137.
    for (const times of chosen) expect(Math.abs(times - 1_000)).toBeLessThan(150);
  });

  it('is empty after it was taken', () => {
    const sample = createRequestSample(2);
    sample.offer(PAGE, 200, 1);
    sample.take();
    expect(sample.take()).toEqual([]);
    sample.offer(PAGE, 503, 2);
    expect(sample.take()).toEqual([expect.objectContaining({ status: 503, seconds: 2 })]);
  });
});
