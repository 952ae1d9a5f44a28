import { createWalHistory } from './wal-history';

const NEVER = Number.NEGATIVE_INFINITY;

describe('a replica', () => {
  it('is as fresh as the last time the primary was where the replica is', () => {
    const history = createWalHistory(2_000);
    history.note(100n, 0);
    history.note(150n, 200);
    history.note(300n, 400);

    expect(history.shownAsOfMs(300n, 410)).toBe(400);
    expect(history.shownAsOfMs(299n, 410)).toBe(200);
    expect(history.shownAsOfMs(99n, 410)).toBe(NEVER);
  });

  it('grows no older while the primary is idle', () => {
    const history = createWalHistory(2_000);
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 200) history.note(100n, nowMs);

    expect(history.shownAsOfMs(100n, 5)).toBe(60_000);
  });

  it('counts as old once the primary has moved on for longer than is kept', () => {
    const history = createWalHistory(2_000);
    for (let nowMs = 0; nowMs <= 3_000; nowMs += 200) history.note(BigInt(nowMs), nowMs);

    expect(history.shownAsOfMs(1_000n, 3_000)).toBe(1_000);
    expect(history.shownAsOfMs(999n, 3_000)).toBe(NEVER);
  });

  it('that was ahead of its primary is not believed: it stayed behind at a failover', () => {
    const history = createWalHistory(2_000);
    history.note(500n, 0);
    expect(history.shownAsOfMs(600n, 100)).toBe(0); // the primary may have written more since it was asked

    history.note(550n, 200);
    expect(history.shownAsOfMs(600n, 100)).toBe(NEVER);
  });
});

it('knows when the primary was last heard of', () => {
  const history = createWalHistory(2_000);
  expect(history.heardAtMs()).toBe(NEVER);
  history.note(1n, 700);
  expect(history.heardAtMs()).toBe(700);
});
