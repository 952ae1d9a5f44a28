import { Client } from 'pg';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { EXCHANGE_STATEMENT } from '../../src/moderation/velocity/velocity-repository';
import { DERIVED_SESSION } from '../../src/platform/db/pools';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { until } from '../support/poll';
import { HONEST_REVIEWS } from './honest-reviews';

const QUIET = { THROTTLE: 'off' };
let api: TestApi;
let products = 0;

beforeEach(async () => {
  api = await createTestApi(QUIET);
});
afterEach(() => api.close());

/** Posts a review of a new product. @returns whether it waits for a moderator */
async function isHeld(change: { email: string; body?: string; address?: string; key?: string }) {
  products += 1;
  const { email, body = 'Good', address = `2001:db8:${products.toString(16)}::1`, key } = change;
  const request = api
    .send('post', `/v1/products/velocity-${products}/reviews`)
    .set('X-Forwarded-For', address)
    .send({ rating: 5, body, author: { name: 'Ada', email } });
  if (key) request.set('Authorization', `Bearer ${key}`);
  await request.expect(201);
  // The response does not always show it: it would reveal how often the owner of an e-mail posts.
  const page = await api.get(`/v1/products/velocity-${products}/reviews`, {
    'Cache-Control': 'no-cache',
  });
  return page.body.reviews.length === 0;
}

async function heldOf(count: number, change: (i: number) => Parameters<typeof isHeld>[0]) {
  const held: boolean[] = [];
  for (let i = 0; i < count; i += 1) held.push(await isHeld(change(i)));
  return held.indexOf(true) === -1 ? null : held.indexOf(true);
}

describe('velocity', () => {
  it('counts created reviews, not attempts: refused repeats do not hold the next review back', async () => {
    const key = await api.makeKey('write');
    const post = (product: string) =>
      api
        .send('post', `/v1/products/${product}/reviews`)
        .set('Authorization', `Bearer ${key}`)
        .send({
          rating: 5,
          body: HONEST_REVIEWS[0],
          author: { name: 'Ada', email: 'ada@example.com' },
        });
    await post('one').expect(201);
    for (let i = 0; i < 12; i += 1) await post('one').expect(409);
    const { body } = await post('another').expect(201);
    expect(body).not.toHaveProperty('state');
  });

  it('counts a review once, however often its author sends it again without a key', async () => {
    const mine = {
      rating: 5,
      body: HONEST_REVIEWS[0],
      author: { name: 'Ada', email: 'ada@example.com' },
    };
    await api.submit('one', mine).expect(201);
    // Refused, or set aside for a moderator.
    for (let i = 0; i < 12; i += 1)
      expect([201, 409]).toContain((await api.submit('one', mine)).status);
    const { body } = await api.submit('another', mine).expect(201);
    expect(body).not.toHaveProperty('state');
  });

  it('counts a review once, however often its request is repeated with its Idempotency-Key', async () => {
    const beside = await composeBeside(api, QUIET);
    const post = (listener: Service['listener'], product: string) =>
      supertest(listener)
        .post(`/v1/products/${product}/reviews`)
        .set('Idempotency-Key', product)
        .send({
          rating: 5,
          body: HONEST_REVIEWS[0],
          author: { name: 'Ada', email: 'ada@example.com' },
        });
    for (let i = 0; i < 12; i += 1)
      await post(i % 2 ? api.app : beside.listener, 'one').expect(201);
    const { body } = await post(api.app, 'another').expect(201);
    expect(body).not.toHaveProperty('state');
    await beside.close();
  });

  it.each([
    ['an address', 30, () => '203.0.113.7'],
    [
      'an IPv6 network, from changing addresses of its /64',
      30,
      (i: number) => `2001:db8:1:1:${i.toString(16)}::7`,
    ],
    ['an IPv4 /24', 100, (i: number) => `203.0.113.${i}`],
    ['an IPv6 /48', 100, (i: number) => `2001:db8:1:${i.toString(16)}::7`],
    ['an IPv4 address mapped into IPv6', 30, (i: number) => `${i % 2 ? '::ffff:' : ''}203.0.113.7`],
  ])('passes the reviews of %s up to its limit: %i', async (_name, limit, address) =>
    expect(
      await heldOf(limit + 1, (i) => ({ email: `${i}@example.com`, address: address(i) })),
    ).toBe(limit),
  );

  it('counts the reviews of both contracts together', async () => {
    const address = '203.0.113.7';
    for (let i = 0; i < 30; i += 1) {
      await api
        .send('post', `/reviews/${1000 + i}`)
        .set('X-Forwarded-For', address)
        .send({
          rating: 5,
          summary: 'Good',
          body: 'Good',
          recommend: true,
          name: 'Ada',
          email: `old-${i}@example.com`,
          photos: [],
          characteristics: {},
        })
        .expect(201);
    }
    expect(await isHeld({ email: 'new@example.com', address })).toBe(true);
    expect(await isHeld({ email: 'newer@example.com', address: '198.51.100.1' })).toBe(false);
  });

  it('does not count addresses under a write key, and counts its authors separately', async () => {
    const key = await api.makeKey('write');
    const address = '203.0.113.7';
    expect(await heldOf(40, (i) => ({ email: `${i}@example.com`, address, key }))).toBeNull();
    // A client posts under the e-mail of another author. This does not hold back the reviews that the
    // store's server sends for the author.
    expect(await heldOf(11, () => ({ email: 'victim@example.com' }))).toBe(10);
    expect(await isHeld({ email: 'victim@example.com', key })).toBe(false);
  });

  it('shows that an e-mail has posted too often only under a write key', async () => {
    const post = (product: string, key?: string) => {
      const request = api
        .send('post', `/v1/products/${product}/reviews`)
        .set('X-Forwarded-For', `2001:db8:${product.length.toString(16)}::1`)
        .send({ rating: 5, body: 'Good', author: { name: 'Ada', email: 'often@example.com' } });
      return key ? request.set('Authorization', `Bearer ${key}`) : request;
    };
    for (let i = 1; i <= 10; i += 1) await post('p'.repeat(i)).expect(201);
    expect((await post('eleventh').expect(201)).body).not.toHaveProperty('state');
    const { body } = await api.get('/v1/products/eleventh/reviews', {
      'Cache-Control': 'no-cache',
    });
    expect(body.reviews).toEqual([]);
    const key = await api.makeKey('write');
    for (let i = 1; i <= 10; i += 1) await post(`q${'p'.repeat(i)}`, key).expect(201);
    expect((await post('twelfth', key).expect(201)).body).toMatchObject({ state: 'pending' });
  });

  it('counts the tags and dots of a mailbox as one author', async () => {
    const emails = ['a.da@example.com', 'ada@example.com', 'ADA@example.com', 'ada+x@example.com'];
    expect(await heldOf(11, (i) => ({ email: emails[i % 4]! }))).toBe(10);
  });

  it('shows the moderator which limit a review exceeded', async () => {
    const body = HONEST_REVIEWS[0]!;
    await heldOf(4, (i) => ({ email: `${i}@example.com`, body: `${body} ${i}` }));
    const key = await api.makeKey('moderate');
    const queue = await api.get('/v1/moderation/queue', { Authorization: `Bearer ${key}` });
    expect(queue.body.reviews).toHaveLength(1);
    expect(queue.body.reviews[0].verdict).toMatchObject({
      findings: [{ rule: 'copy', field: 'body', count: 4, limit: 3 }],
    });
  });
});

describe('velocity between instances', () => {
  const body = HONEST_REVIEWS[1]!;

  async function metric(listener: Service['listener'], name: string): Promise<number> {
    const { text } = await supertest(listener).get('/metrics');
    return Number(new RegExp(`^starling_${name} (.*)$`, 'm').exec(text)?.[1]);
  }
  const untilCounted = (listener: Service['listener'], reviews: number) =>
    until(
      `${reviews} reviews are counted`,
      async () => (await metric(listener, 'velocity_reviews')) === reviews,
    );

  it('reaches running instances and those that start later', async () => {
    const beside = await composeBeside(api, QUIET);
    for (let i = 0; i < 3; i += 1) await isHeld({ email: `${i}@example.com`, body });
    await untilCounted(beside.listener, 3);
    const later = await composeBeside(api, QUIET);
    expect(await metric(later.listener, 'velocity_reviews')).toBe(3);
    for (const [index, { listener }] of [beside, later].entries()) {
      const answer = await supertest(listener)
        .post(`/v1/products/later-${index}/reviews`)
        .send({
          rating: 5,
          body: body.toUpperCase(),
          author: { name: 'Ada', email: `l-${index}@example.com` },
        });
      expect(answer.body.state).toBe('pending');
    }
    await beside.close();
    await later.close();
  });

  it('stores no author, address or text in the table', async () => {
    await isHeld({ email: 'ada@example.com', body, address: '203.0.113.7' });
    await untilTold(1);
    const { rows } = await api.sql.query(
      `SELECT row_to_json(r)::text || encode(names, 'escape') AS text, octet_length(names) AS bytes FROM recent_submissions AS r`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].text).not.toMatch(/Ada|ada@|example|203\.0|Great/);
    expect(rows[0].bytes).toBe(81);
  });

  it('goes on while the table is locked, logs it, and exchanges everything afterwards', async () => {
    const beside = await composeBeside(api, QUIET);
    await api.sql.query('BEGIN; LOCK TABLE recent_submissions');
    expect(await heldOf(4, (i) => ({ email: `${i}@example.com`, body }))).toBe(3);
    await until('both say it', async () => {
      const instances = [api.app, beside.listener];
      const failures = await Promise.all(
        instances.map((each) => metric(each, 'velocity_exchange_failures_total')),
      );
      return failures.every((count) => count > 0);
    });
    await api.sql.query('ROLLBACK');
    await untilCounted(beside.listener, 4);
    await beside.close();
  });

  it('deletes rows older than ten minutes when an instance starts', async () => {
    await isHeld({ email: 'ada@example.com' });
    await untilTold(1);
    await api.sql.query(`UPDATE recent_submissions SET told_at = now() - interval '11 minutes'`);
    const later = await composeBeside(api, QUIET);
    expect(await metric(later.listener, 'velocity_reviews')).toBe(0);
    await untilTold(0);
    await later.close();
  });

  it('reaches the others from an instance that stops right after its last review', async () => {
    const stopping = await composeBeside(api, QUIET);
    await supertest(stopping.listener)
      .post('/v1/products/last/reviews')
      .send({ rating: 5, body, author: { name: 'Ada', email: 'ada@example.com' } })
      .expect(201);
    await stopping.close();
    await untilCounted(api.app, 1);
  });

  it('reads a few seconds of the table through the index on time, however large it is', async () => {
    const client = new Client({ connectionString: api.databaseUrl, options: DERIVED_SESSION });
    await client.connect();
    await client.query(`
      INSERT INTO recent_submissions (member, number, told_at, reviews, names)
      SELECT 'other', n, now() - n * interval '1 s', 1, '' FROM generate_series(1, 5000) AS n`);
    await client.query(`PREPARE exchange AS ${EXCHANGE_STATEMENT.text}`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE exchange ('{other}', '{4998}', 'me', 0, 0, '', 10.5, 100)`,
    );
    await client.end();
    const plan = JSON.stringify(rows[0]['QUERY PLAN']);
    expect(plan).toContain('"Index Name":"recent_submissions_by_time"');
    expect(plan).not.toContain('Seq Scan');
  });

  const untilTold = (rowCount: number) =>
    until(`the table has ${rowCount} rows`, async () => {
      const { rows } = await api.sql.query('SELECT count(*)::int AS told FROM recent_submissions');
      return rows[0].told === rowCount;
    });
});
