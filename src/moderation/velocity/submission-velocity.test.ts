import { HONEST_REVIEWS } from '../../../test/moderation/honest-reviews';
import { createRecentSubmissions } from './recent-submissions';
import {
  type CountedSubmission,
  createSubmissionNames,
  type SubmissionNames,
} from './submission-names';
import { createSubmissionVelocity, LIMITS } from './submission-velocity';

const SECRET = Buffer.from('a secret of the tests');
const [LONG = ''] = HONEST_REVIEWS;

function createVelocity() {
  let nowMs = 0;
  const published: { names: SubmissionNames; isUrgent: boolean }[] = [];
  const velocity = createSubmissionVelocity({
    recent: createRecentSubmissions(),
    namesOf: createSubmissionNames(SECRET),
    publish: (names, isUrgent) => published.push({ names, isUrgent }),
    now: () => nowMs,
  });
  function create(change: Partial<CountedSubmission> = {}) {
    const { exceeded, settle } = velocity.take(submission(change));
    settle(true);
    return exceeded;
  }
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { velocity, published, create, wait };
}

let authors = 0;
/** A submission of a new author through the store's own server, unless overridden. */
function submission(change: Partial<CountedSubmission>): CountedSubmission {
  authors += 1;
  const email = `${authors}@example.com`;
  return { productId: `${authors}`, title: '', body: 'Good', email, origin: null, ...change };
}

function from(host: number, network: number) {
  return { host, network };
}

describe('the velocity of submissions', () => {
  it.each([
    ['author', 10, () => ({ email: 'ada@example.com' })],
    ['author', 10, (i: number) => ({ email: `ada+${i}@example.com` })],
    ['text', 3, (i: number) => ({ body: `${LONG} ${i}` })],
    ['address', 30, () => ({ origin: from(1, 1) })],
    ['network', 100, (i: number) => ({ origin: from(i + 1, 1) })],
  ])('per %s, allows %i reviews and no more', (of, limit, change) => {
    const { create } = createVelocity();
    for (let i = 0; i < limit; i += 1) expect(create(change(i))).toEqual([]);
    expect(create(change(limit))).toEqual([{ of, count: limit + 1, limit }]);
  });

  it('counts created reviews and not refused ones', () => {
    const { velocity, create } = createVelocity();
    const mine = { email: 'ada@example.com', body: LONG, origin: from(1, 1) };
    create(mine);
    for (let i = 0; i < 1_000; i += 1) velocity.take(submission(mine)).settle(false);
    expect(create(mine)).toEqual([]);
  });

  it('counts a repeated submission for the same product once for its author, and each time for its address', () => {
    const { create } = createVelocity();
    const mine = { productId: 'one', email: 'ada@example.com', body: LONG, origin: from(1, 1) };
    for (let i = 0; i < 20; i += 1) expect(create(mine)).toEqual([]);
    expect(create({ ...mine, productId: 'another' })).toEqual([]);
    for (let i = 0; i < 8; i += 1) create(mine);
    expect(create(mine)).toEqual([]);
    expect(create(mine)).toMatchObject([{ of: 'address' }]);
  });

  it('assesses a repeated submission like any other review of the author', () => {
    const { create } = createVelocity();
    const mine = { productId: 'one', email: 'ada@example.com' };
    for (let i = 0; i < 10; i += 1) create({ ...mine, productId: `${i}` });
    expect(create({ ...mine, productId: '0' })).toEqual(create({ ...mine, productId: 'new' }));
  });

  it('counts reviews in progress, so that a burst cannot pass before the first commit', () => {
    const { velocity } = createVelocity();
    const burst = Array.from({ length: 50 }, (_, i) =>
      velocity.take(
        submission({ email: 'ada@example.com', body: `${LONG} ${i}`, origin: from(1, 1) }),
      ),
    );
    const within = (of: string) =>
      burst.filter(({ exceeded }) => !exceeded.some((each) => each.of === of)).length;
    expect({ author: within('author'), text: within('text'), address: within('address') }).toEqual({
      author: LIMITS.author,
      text: LIMITS.text,
      address: LIMITS.address,
    });
    for (const { settle } of burst) settle(false);
    expect(velocity.take(submission({ email: 'ada@example.com' })).exceeded).toEqual([]);
  });

  it('forgets each review after ten minutes', () => {
    const { create, wait } = createVelocity();
    const mine = { email: 'ada@example.com' };
    for (let i = 0; i < 5; i += 1) create(mine);
    wait(599_000);
    for (let i = 0; i < 5; i += 1) create(mine);
    expect(create(mine)).toHaveLength(1);
    wait(2_000);
    expect(create(mine)).toEqual([]);
  });

  it("counts other instances' reviews from when they were created", () => {
    const { velocity, published, create, wait } = createVelocity();
    const other = createVelocity();
    for (let i = 0; i < 3; i += 1) other.create({ body: LONG });
    for (const { names } of other.published) velocity.receive(names, 500_000);
    expect(create({ body: LONG })).toMatchObject([{ of: 'text', count: 4 }]);
    wait(101_000);
    expect(create({ body: LONG })).toEqual([]);
    expect(published).toHaveLength(2);
  });

  it('tells the others at once while a count is close to its limit, and not beyond it', () => {
    const { published, create } = createVelocity();
    for (let i = 0; i < 40; i += 1) create({ email: 'ada@example.com' });
    expect(published.map(({ isUrgent }) => isUrgent)).toEqual([
      ...Array(2).fill(false),
      ...Array(9).fill(true),
      ...Array(29).fill(false),
    ]);
  });

  it('stores at most twice the limit of one address or network, and still holds further reviews back', () => {
    const { velocity, published, create } = createVelocity();
    for (let i = 0; i < 1_000; i += 1) create({ origin: from(1, 1) });
    expect(published).toHaveLength(2 * LIMITS.address);
    for (let i = 0; i < 1_000; i += 1) create({ origin: from(2 + i, 1) });
    expect(published).toHaveLength(2 * LIMITS.network);
    expect(velocity.metrics.counted).toBe(2 * LIMITS.network);
    expect(create({ origin: from(1, 1) }).map(({ of }) => of)).toEqual(['address', 'network']);
  });

  it('reports how many reviews exceeded each limit', () => {
    const { velocity, create } = createVelocity();
    for (let i = 0; i < 5; i += 1) create({ body: LONG });
    expect(velocity.metrics.exceeded).toEqual({ author: 0, text: 2, address: 0, network: 0 });
  });
});
