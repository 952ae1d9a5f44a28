import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { createStatementTap, type StatementTap } from '../support/statement-tap';
import { findDrift } from '../support/summaries';

/** A client that posts another author's e-mail learns nothing about it (docs/decisions/0081). */

let api: TestApi;
let beside: Service;
let tap: StatementTap;
let store: string;
let moderator: string;
let numbers = 0;
let networks = 0;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' }, async (url) => {
    tap = await createStatementTap(url);
    return tap.url;
  });
  beside = await composeBeside(api, { THROTTLE: 'off' });
  store = await api.makeKey('write');
  moderator = await api.makeKey('moderate', 'admin');
});
afterAll(async () => {
  await beside.close();
  await api.close();
  tap.close();
});

/** Headers that an instance sets by its own clock in every response. */
const ON_ITS_OWN = /_submissions$|throttle/;

const draft = (email: string, changes: object = {}) => ({
  rating: 5,
  body: 'It works.',
  author: { name: 'Ada', email },
  ...changes,
});
/** Each from another network: reviews of one network in a short time may wait for a moderator. */
function fromElsewhere(): Record<string, string> {
  networks += 1;
  return { 'X-Forwarded-For': `198.${18 + (networks >> 8)}.${networks & 255}.1` };
}
const post = (product: string, email: string, changes: object = {}) =>
  api
    .send('post', `/v1/products/${product}/reviews`)
    .set(fromElsewhere())
    .send(draft(email, changes));
const withKey = (request: supertest.Test, key = store) =>
  request.set('Authorization', `Bearer ${key}`);

/** A product and an e-mail that the service does not know. */
function newcomer(): { product: string; email: string } {
  numbers += 1;
  return { product: `known-${numbers}`, email: `owner-${numbers}@example.com` };
}

async function idsShown(product: string): Promise<number[]> {
  const { body } = await api.get(`/v1/products/${product}/reviews`).expect(200);
  return body.reviews.map(({ review_id }: { review_id: number }) => review_id);
}

interface Queued {
  review: { review_id: number; product_id: string };
  verdict: { same_author?: true };
  other_review_id: number | null;
}

async function queueOf(product: string): Promise<Queued[]> {
  const found: Queued[] = [];
  let cursor = '';
  do {
    const { body } = await withKey(
      api.get(`/v1/moderation/queue?limit=100${cursor}`),
      moderator,
    ).expect(200);
    found.push(...body.reviews.filter(({ review }: Queued) => review.product_id === product));
    cursor = body.next_cursor && `&cursor=${body.next_cursor}`;
  } while (cursor);
  return found;
}

function decide(product_id: string, decisions: [number, 'approve' | 'reject'][]) {
  return withKey(api.send('post', '/v1/moderation/decisions'), moderator).send({
    decisions: decisions.map(([review_id, decision]) => ({
      product_id,
      review_id,
      decision,
      reason: 'looked at',
    })),
  });
}

/** All that the client sees, without what differs in each response. */
function visible({ status, headers, body }: supertest.Response) {
  const { review_id, created_at, ...review } = body;
  const { location, date, 'x-request-id': _request, ...same } = headers;
  expect(location).toBe(`/v1/products/${body.product_id}/reviews/${review_id}`);
  return { status, headers: same, fields: Object.keys(body), review };
}

describe('a review without a key, under an e-mail that has reviewed the product', () => {
  it.each([
    ['', {}],
    [' that the checks hold back', { body: 'see http://spam.example' }],
  ])('gets the response of a first review%s', async (_what, changes) => {
    const { product, email } = newcomer();
    await post(product, email).expect(201);
    const known = await post(product, ` ${email.toUpperCase()} `, changes);
    const fresh = await post(product, `not-${email}`, changes);
    expect(visible(known)).toEqual(visible(fresh));
    expect(known.status).toBe(201);
    expect(known.body.review_id).not.toBe(fresh.body.review_id);
  });

  it('runs the same statements as a first review', async () => {
    const { product, email } = newcomer();
    await post(product, email).expect(201);
    const statementsOf = async (sent: supertest.Test) => {
      tap.clear();
      await sent.expect(201);
      return tap.executed.filter((name) => !ON_ITS_OWN.test(name));
    };
    for (const key of [null, 'statements']) {
      const send = (address: string) => {
        const request = post(product, address);
        return key ? request.set('Idempotency-Key', `${key}-${address}`) : request;
      };
      const fresh = await statementsOf(send(`${key}-${email}`));
      expect(fresh).toEqual([key ? 'text_insert_reviews_with_keys' : 'text_insert_reviews']);
      expect(await statementsOf(send(email))).toEqual(fresh);
    }
  });

  it('waits for a moderator, with the reason and the other review, and shows in no page or summary', async () => {
    const { product, email } = newcomer();
    const { body: first } = await post(product, email).expect(201);
    const { body: second } = await post(product, email, { rating: 1 }).expect(201);
    expect(await idsShown(product)).toEqual([first.review_id]);
    await api.get(`/v1/products/${product}/reviews/${second.review_id}`).expect(404);
    expect((await api.get(`/v1/products/${product}/summary`)).body).toMatchObject({
      count: 1,
      average: 5,
    });
    expect(await queueOf(product)).toMatchObject([
      {
        review: { review_id: second.review_id },
        verdict: { same_author: true },
        other_review_id: first.review_id,
      },
    ]);
    expect(await findDrift(api.sql)).toEqual([]);
  });

  it('replaces the review of another client when a moderator decides so', async () => {
    const { product, email } = newcomer();
    const { body: unproven } = await post(product, email, { rating: 1 }).expect(201);
    const { body: owners } = await post(product, email).expect(201);
    await decide(product, [
      [owners.review_id, 'approve'],
      [unproven.review_id, 'reject'],
    ]).expect(200);
    expect(await idsShown(product)).toEqual([owners.review_id]);
    expect((await api.get(`/v1/products/${product}/summary`)).body).toMatchObject({
      count: 1,
      average: 5,
    });
    expect(await queueOf(product)).toEqual([]);
  });

  it('gets no other response under a key without the scope write; a key with it gets 409 and the other review', async () => {
    const { product, email } = newcomer();
    const { body: first } = await post(product, email).expect(201);
    await withKey(
      post(product, email),
      await api.makeKey('read', 'moderate', 'admin', 'metrics'),
    ).expect(201);
    const { body, headers } = await withKey(post(product, email)).expect(409);
    expect(body.type).toBe('urn:problem-type:starling:already-reviewed');
    expect(headers.location).toBe(`/v1/products/${product}/reviews/${first.review_id}`);
    expect(JSON.stringify(body)).not.toContain('@');
  });

  it('is accepted under a write key when the earlier one was only set aside', async () => {
    const { product, email } = newcomer();
    await withKey(post(product, email)).expect(201);
    await post(product, email).expect(201);
    await withKey(post(product, email)).expect(409);
    await post(product, email).expect(201);
    expect(await queueOf(product)).toHaveLength(2);
    expect(await idsShown(product)).toHaveLength(1);
  });
});

describe('concurrent reviews under one e-mail', () => {
  it('leave one with the e-mail and set the others aside, in one batch and on two instances', async () => {
    const { product, email } = newcomer();
    const path = `/v1/products/${product}/reviews`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        supertest(n % 2 ? api.app : beside.listener)
          .post(path)
          .set(fromElsewhere())
          .send(draft(email, { title: `${n}` })),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(10);
    expect(await idsShown(product)).toHaveLength(1);
    const { rows } = await api.sql.query(
      `SELECT count(*) FILTER (WHERE author_email = $2)::int AS owned, count(c)::int AS claims,
              count(*) FILTER (WHERE author_email IS NULL AND c.claimed_email = $2 AND state = 'pending')::int AS set_aside
       FROM reviews AS r LEFT JOIN author_claims AS c USING (review_id, product_id) WHERE r.product_id = $1`,
      [product, email],
    );
    expect(rows).toEqual([{ owned: 1, claims: 9, set_aside: 9 }]);
    expect(await findDrift(api.sql)).toEqual([]);
  });

  it('may share a batch with and without a write key: each follows its own rule', async () => {
    const { product, email } = newcomer();
    await post(product, email).expect(201);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const request = post(product, n % 4 < 2 ? email : `${n}-${email}`);
        return n % 2 ? withKey(request) : request;
      }),
    );
    const expected = Array.from({ length: 20 }, (_, n) => (n % 4 === 1 ? 409 : 201));
    expect(answers.map(({ status }) => status)).toEqual(expected);
    expect(await queueOf(product)).toHaveLength(5);
  });
});

describe('an Idempotency-Key', () => {
  const send = (service: Service | null, product: string, email: string, key: string) =>
    supertest(service ? service.listener : api.app)
      .post(`/v1/products/${product}/reviews`)
      .set(fromElsewhere())
      .set('Idempotency-Key', key)
      .send(draft(email));

  it('repeats the response to a review that was set aside, byte for byte, from any instance', async () => {
    const { product, email } = newcomer();
    await post(product, email).expect(201);
    const first = await send(null, product, email, `again-${product}`).expect(201);
    for (const service of [null, beside]) {
      const again = await send(service, product, email, `again-${product}`).expect(201);
      expect([again.text, again.headers.location]).toEqual([first.text, first.headers.location]);
    }
    const other = await send(null, product, `not-${email}`, `again-${product}`).expect(422);
    expect(other.body.type).toBe('urn:problem-type:starling:key-reused');
    expect(await queueOf(product)).toHaveLength(1);
  });

  it('sets one review aside when two instances get it at the same time', async () => {
    const { product, email } = newcomer();
    await post(product, email).expect(201);
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        [null, beside, null, beside].map((service) =>
          send(service, product, email, `${product}-${round}`),
        ),
      );
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]!.status).toBe(201);
    }
    expect(await queueOf(product)).toHaveLength(20);
    const { rows } = await api.sql.query(
      'SELECT count(*)::int AS n FROM idempotency_keys JOIN author_claims USING (review_id) WHERE product_id = $1',
      [product],
    );
    expect(rows).toEqual([{ n: 20 }]);
  });
});

describe('the legacy contract', () => {
  it.each(['/reviews', '/reviews/ID'])(
    'answers "Created" without a key, and 409 under a write key: %s',
    async (path) => {
      numbers += 1;
      const product = 5_000 + numbers;
      const email = `legacy-${numbers}@example.com`;
      const submit = () =>
        api
          .send('post', path.replace('ID', `${product}`))
          .set(fromElsewhere())
          .send({ product_id: product, rating: 4, body: 'Warm.', name: 'jackson11', email });
      const [first, second] = [await submit().expect(201), await submit().expect(201)];
      expect(second.text).toBe('Created');
      expect(Object.keys(second.headers)).toEqual(Object.keys(first.headers));
      await withKey(submit()).expect(409);
      expect((await api.get(`/reviews/${product}/list`)).body.results).toHaveLength(1);
      expect(await queueOf(`${product}`)).toHaveLength(1);
    },
  );
});
