import { until } from '../support/poll';
import { type Fleet, readMetric, startFleet } from '../support/throttle-fleet';
import { HONEST_REVIEWS } from './honest-reviews';

/**
 * A tester once sent this many in 4.4 s from one address. Each instance counted alone, and all of
 * them were visible.
 */
const BURST = 1_793;
const CONNECTIONS = 32;
const LIMIT = 30;

describe('six instances that count together', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet(6, { THROTTLE: 'off' });
  });
  afterAll(() => fleet?.stop());

  let authors = 0;
  /** Posts a review of a new author to one of the six. @returns whether it waits for a moderator */
  async function isHeld(instance: number, address: string, body = 'Good'): Promise<boolean> {
    authors += 1;
    const response = await fetch(`${fleet.urls[instance % 6]}/v1/products/${authors}/reviews`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
      body: JSON.stringify({
        rating: 5,
        body,
        author: { name: 'Ada', email: `${authors}@example.com` },
      }),
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { state?: string }).state === 'pending';
  }

  const untilAllCount = (reviews: number) =>
    until(`all count ${reviews} reviews`, async () =>
      (await readMetric(fleet, 'velocity_reviews')).every((each) => each === reviews),
    );

  it('hold back the fourth copy of a text, from any author, address and instance', async () => {
    const held: boolean[] = [];
    for (let i = 0; i < 6; i += 1) {
      held.push(await isHeld(i, `203.0.113.${i}`, `${HONEST_REVIEWS[0]} ${i}`));
      await untilAllCount(i + 1);
    }
    expect(held).toEqual([false, false, false, true, true, true]);
  });

  // Without the exchange six times the limit would pass. How many pass depends on how soon the
  // instances exchange their counts.
  it('let little more than the limit of one address pass in a burst', async () => {
    let sent = 0;
    let shown = 0;
    async function send(): Promise<void> {
      while (sent < BURST) {
        sent += 1;
        if (!(await isHeld(sent, '198.51.100.7'))) shown += 1;
      }
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, send));
    expect(shown).toBeGreaterThanOrEqual(LIMIT);
    expect(shown).toBeLessThan(4 * LIMIT);
    // And every later review, on each instance.
    const later = await Promise.all(
      fleet.urls.map((_, instance) => isHeld(instance, '198.51.100.7')),
    );
    expect(later).toEqual(Array(6).fill(true));
  });
});
