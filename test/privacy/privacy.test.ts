import type { Client } from 'pg';
import type supertest from 'supertest';
import { createTestApi, type TestApi } from '../support/api';
import { until } from '../support/poll';
import { findDrift } from '../support/summaries';

let api: TestApi;
let admin: string;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  admin = await api.makeKey('admin', 'moderate');
});
afterAll(() => api.close());

const asAdmin = (request: supertest.Test) => request.set('Authorization', `Bearer ${admin}`);
const ask = (what: 'export' | 'erasure', body: object) =>
  asAdmin(api.send('post', `/v1/privacy/${what}`)).send(body);

const RATED = {
  rating: 2,
  recommended: false,
  characteristics: { Fit: 5 },
  photos: ['https://example.com/me.jpg'],
};
const SECRET = 'zebra-crossing';

/** A review by this author; every text in it holds a word that can be searched for. */
async function write(product: string, email: string, changes: Record<string, unknown> = {}) {
  const draft = {
    ...RATED,
    title: SECRET,
    body: SECRET,
    author: { name: `Ada ${SECRET}`, email },
    ...changes,
  };
  return (await api.submit(product, draft).set('Idempotency-Key', `${product}:${email}`).expect(201)).body;
}

/** Rows of any table in which a text occurs. */
async function tablesWith(sql: Client, text: string): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await sql.query(`SELECT FROM ${name} AS t WHERE t::text LIKE $1 LIMIT 1`, [
      `%${text}%`,
    ]);
    if (rowCount) found.push(name);
  }
  return found;
}

describe('who may ask', () => {
  it.each(['export', 'erasure'])('%s needs a key with the scope admin', async (what) => {
    const path = `/v1/privacy/${what}`;
    const body = { email: 'a@example.com', ...(what === 'erasure' && { mode: 'remove' }) };
    await api.send('post', path).send(body).expect(401);
    const other = await api.makeKey('read', 'write', 'moderate');
    await api.send('post', path).set('Authorization', `Bearer ${other}`).send(body).expect(403);
  });

  it.each([
    ['export', {}, 'email', 'is required'],
    ['export', { email: 'nobody' }, 'email', 'must be an e-mail address'],
    ['erasure', { email: 'a@example.com' }, 'mode', 'must be remove or anonymize'],
  ] as const)('%s refuses %j', async (what, body, path, message) => {
    const answer = await ask(what, body).expect(422);
    expect(answer.body.errors).toContainEqual({ path, message });
  });
});

describe('an export', () => {
  it('holds everything about the author and nothing about another, hidden reviews too', async () => {
    const email = 'export@example.com';
    const shown = await write('export-2', email);
    const held = await write('export-1', email, { body: 'see http://spam.example' });
    await write('export-1', 'another@example.com');
    await api
      .send('post', `/v1/products/export-2/reviews/${shown.review_id}/reports`)
      .send({ reason: 'fake', detail: 'knows the seller' })
      .expect(201);
    await asAdmin(api.send('post', '/v1/moderation/decisions'))
      .send({
        decisions: [
          { product_id: 'export-1', review_id: held.review_id, decision: 'reject', reason: 'advertising' },
        ],
      })
      .expect(200);

    const { body, headers } = await ask('export', { email: ' EXPORT@example.com ' }).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.next_cursor).toBeNull();
    expect(body.reviews).toMatchObject([
      {
        review: { review_id: held.review_id },
        state: 'rejected',
        verdict: { findings: [{ rule: 'link', field: 'body' }] },
        moderation: [{ action: 'reject', reason: 'advertising' }],
      },
      { review: shown, state: 'approved', reports: [{ reason: 'fake', detail: 'knows the seller' }] },
    ]);
    expect(JSON.stringify(body)).not.toContain('@example.com');
  });

  it('of more than a page is read page by page', async () => {
    await api.sql.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
       SELECT 'many-' || n, now(), 'pending', 5, 'many@example.com', $1 FROM generate_series(1, 501) AS n`,
      [payloadOf((await write('many', 'sample@example.com')) as Record<string, unknown>)],
    );
    const first = (await ask('export', { email: 'many@example.com' }).expect(200)).body;
    const second = (await ask('export', { email: 'many@example.com', cursor: first.next_cursor }).expect(200))
      .body;
    expect([first.reviews.length, second.reviews.length, second.next_cursor]).toEqual([500, 1, null]);
    await ask('export', { email: 'many@example.com', cursor: '!' }).expect(400);

    const { body } = await ask('erasure', { email: 'many@example.com', mode: 'remove' }).expect(200);
    expect(body.reviews).toBe(501);
  });

  it('of somebody unknown is empty', async () => {
    const { body } = await ask('export', { email: 'unknown@example.com' }).expect(200);
    expect(body).toEqual({ reviews: [], next_cursor: null });
  });
});

function payloadOf({ review_id: _id, product_id: _product, ...payload }: Record<string, unknown>): string {
  return JSON.stringify(payload);
}

describe.each(['remove', 'anonymize'] as const)('an erasure that is to %s', (mode) => {
  const email = `${mode}@example.com`;
  const products = [`${mode}-2`, `${mode}-1`, `${mode}-3`];

  it('leaves nothing of the author in any table, page or answer, and no summary wrong', async () => {
    const reviews = [];
    for (const product of products) {
      const author = { name: `Ada of ${mode}`, email };
      reviews.push(await write(product, email, { title: `${mode} ${SECRET}`, author }));
      await write(product, `${mode}-other@example.com`, {
        title: '',
        body: 'Good',
        author: { name: 'Grace', email: `${mode}-other@example.com` },
      });
      await api.get(`/v1/products/${product}/reviews`).expect(200); // stores the first page
    }
    const path = `/v1/products/${products[0]}/reviews/${reviews[0].review_id}`;
    await api.send('put', `${path}/vote`).send({ helpful: true }).expect(200);
    await api
      .send('post', `${path}/reports`)
      .send({ reason: 'other', detail: `${email} lies` })
      .expect(201);
    expect(await tablesWith(api.sql, email)).not.toEqual([]);

    const { body } = await ask('erasure', { email: email.toUpperCase(), mode }).expect(200);
    expect(body).toEqual({ mode, reviews: 3, products: [...products].sort() });

    expect(await tablesWith(api.sql, email)).toEqual([]);
    // Names are alike; what they wrote is not, and only goes when all of it does.
    const traces = mode === 'remove' ? `${mode} ${SECRET}` : `Ada of ${mode}`;
    expect(await tablesWith(api.sql, traces)).toEqual([]);
    expect(await findDrift(api.sql)).toEqual([]);
    for (const product of products) {
      const page = (await api.get(`/v1/products/${product}/reviews`)).body;
      expect(page.reviews).toHaveLength(mode === 'remove' ? 1 : 2);
      expect(JSON.stringify(page)).not.toContain(`Ada of ${mode}`);
    }
  });

  it('lets the author begin anew', async () => {
    await write(products[0]!, email);
    expect((await ask('erasure', { email, mode }).expect(200)).body.reviews).toBe(1);
    expect((await ask('erasure', { email, mode }).expect(200)).body.reviews).toBe(0);
  });

  it('is on record, without a name', async () => {
    const { rows } = await api.sql.query(
      'SELECT client_id, review_count FROM privacy_erasures WHERE mode = $1 AND review_count = 3',
      [mode],
    );
    expect(rows).toEqual([{ client_id: 'client-1', review_count: 3 }]);
  });
});

it('anonymized, a review keeps its rating and its text, and loses its photos', async () => {
  const review = await write('kept', 'kept@example.com');
  await ask('erasure', { email: 'kept@example.com', mode: 'anonymize' }).expect(200);
  const { body } = await api.get(`/v1/products/kept/reviews/${review.review_id}`).expect(200);
  expect(body).toEqual({ ...review, author: { name: 'Anonymous' }, photos: [] });
  expect((await api.get('/v1/products/kept/summary')).body).toMatchObject({ count: 1, photo_count: 0 });
});

it('anonymized, a review keeps what the checks found in its text, not what they found in the name', async () => {
  const email = 'found@example.com';
  const changes = { body: 'see spam.example', author: { name: 'Ada of ada.example', email } };
  const { review_id } = (await api.submit('found', changes).expect(201)).body;
  await ask('erasure', { email, mode: 'anonymize' }).expect(200);
  const { rows } = await api.sql.query('SELECT verdict FROM reviews WHERE review_id = $1', [review_id]);
  expect(rows).toMatchObject([{ verdict: { findings: [{ field: 'body', words: ['spam.example'] }] } }]);
  expect(JSON.stringify(rows)).not.toContain('ada.example');
});

it('a page that was rendered before an erasure is not stored after it', async () => {
  const review = await write('late', 'late@example.com');
  await api.get('/v1/products/late/reviews').expect(200);
  let rows: { version: string; page: string }[] = [];
  await until('the page is stored', async () => {
    ({ rows } = await api.sql.query(`SELECT version, page FROM product_pages WHERE product_id = 'late'`));
    return rows.length > 0;
  });
  await ask('erasure', { email: 'late@example.com', mode: 'remove' }).expect(200);
  await api.sql.query(
    `INSERT INTO product_pages AS p (product_id, version, page) VALUES ('late', $1, $2)
     ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, page = excluded.page
     WHERE p.version < excluded.version`,
    [rows[0]!.version, rows[0]!.page],
  );
  expect(await tablesWith(api.sql, `"review_id":${review.review_id},`)).toEqual([]);
  expect((await api.get('/v1/products/late/reviews')).body.reviews).toEqual([]);
});

it('erasures and new reviews of the same authors and products do not deadlock, and summaries stay exact', async () => {
  const products = ['busy-2', 'busy-1', 'busy-3'];
  const statuses = new Set<number>();
  /** Sent again, as clients do, where a starved machine made a statement time out (503). A deadlock would be a 500. */
  const note = async (send: () => PromiseLike<supertest.Response>) => {
    let status = 503;
    while (status === 503) ({ status } = await send());
    statuses.add(status);
  };
  await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      for (let round = 0; round < 5; round += 1) {
        const email = `busy-${(n + round) % 4}@example.com`;
        await Promise.all([
          ...[...products, ...products.toReversed()].map((product) =>
            note(() => api.submit(product, { ...RATED, author: { name: 'Ada', email } })),
          ),
          note(() => ask('erasure', { email, mode: n % 2 === 0 ? 'remove' : 'anonymize' })),
        ]);
      }
    }),
  );
  expect([...statuses].filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
  expect(await findDrift(api.sql)).toEqual([]);
});
