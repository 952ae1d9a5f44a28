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

/** A review by this author. Every text in it holds a word that a test can search for. */
async function write(product: string, email: string, changes: Record<string, unknown> = {}) {
  const draft = {
    ...RATED,
    title: SECRET,
    body: SECRET,
    author: { name: `Ada ${SECRET}`, email },
    ...changes,
  };
  return (
    await api.submit(product, draft).set('Idempotency-Key', `${product}:${email}`).expect(201)
  ).body;
}

/** The rows of all tables that contain a text. */
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

describe('export and erasure', () => {
  it.each(['export', 'erasure'])('need a key with the scope admin: %s', async (what) => {
    const path = `/v1/privacy/${what}`;
    const body = { email: 'a@example.com', ...(what === 'erasure' && { mode: 'remove' }) };
    await api.send('post', path).send(body).expect(401);
    const other = await api.makeKey('read', 'write', 'moderate');
    await api.send('post', path).set('Authorization', `Bearer ${other}`).send(body).expect(403);
  });

  it.each([
    ['export', {}, 'email', 'is required, or a review_id'],
    [
      'export',
      { email: 'a@example.com', review_id: 1 },
      'review_id',
      'must not stand beside an email',
    ],
    ['erasure', { product_id: 'p', mode: 'remove' }, 'review_id', 'is required with a product_id'],
    ['erasure', { review_id: 'x', mode: 'remove' }, 'review_id', 'must be a positive integer'],
    ['erasure', { review_id: 0, mode: 'remove' }, 'review_id', 'must be a positive integer'],
    ['export', { email: 'nobody' }, 'email', 'must be an e-mail address'],
    ['erasure', { email: 'a@example.com' }, 'mode', 'must be remove or anonymize'],
  ] as const)('get 422 for a bad request: %s %j', async (what, body, path, message) => {
    const answer = await ask(what, body).expect(422);
    expect(answer.body.errors).toContainEqual({ path, message });
  });
});

describe('an export', () => {
  it('holds everything about the author, hidden reviews too, and nothing about others', async () => {
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
          {
            product_id: 'export-1',
            review_id: held.review_id,
            decision: 'reject',
            reason: 'advertising',
          },
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
      {
        review: shown,
        state: 'approved',
        reports: [{ reason: 'fake', detail: 'knows the seller' }],
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('@example.com');
  });

  it('shows actions under their new names when an instance of the last version stored them', async () => {
    const email = 'old-actions@example.com';
    const { review_id } = await write('old-actions', email);
    await api.sql.query(
      `INSERT INTO moderation_actions (product_id, review_id, action, state_before, client_id)
       VALUES ('old-actions', $1, 'reply', 'approved', 'client-1')`,
      [review_id],
    );
    const { body } = await ask('export', { email }).expect(200);
    expect(body.reviews[0].moderation).toMatchObject([{ action: 'respond', reason: null }]);
  });

  it('has pages when the reviews do not fit into one', async () => {
    await api.sql.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
       SELECT 'many-' || n, now(), 'pending', 5, 'many@example.com', $1 FROM generate_series(1, 501) AS n`,
      [payloadOf((await write('many', 'sample@example.com')) as Record<string, unknown>)],
    );
    const first = (await ask('export', { email: 'many@example.com' }).expect(200)).body;
    const second = (
      await ask('export', { email: 'many@example.com', cursor: first.next_cursor }).expect(200)
    ).body;
    expect([first.reviews.length, second.reviews.length, second.next_cursor]).toEqual([
      500,
      1,
      null,
    ]);
    await ask('export', { email: 'many@example.com', cursor: '!' }).expect(400);

    const { body } = await ask('erasure', { email: 'many@example.com', mode: 'remove' }).expect(
      200,
    );
    expect(body.reviews).toBe(501);
  });

  it('is empty for an unknown author', async () => {
    const { body } = await ask('export', { email: 'unknown@example.com' }).expect(200);
    expect(body).toEqual({ reviews: [], next_cursor: null });
  });
});

function payloadOf({
  review_id: _id,
  product_id: _product,
  ...payload
}: Record<string, unknown>): string {
  return JSON.stringify(payload);
}

describe.each(['remove', 'anonymize'] as const)('an erasure with the mode %s', (mode) => {
  const email = `${mode}@example.com`;
  const products = [`${mode}-2`, `${mode}-1`, `${mode}-3`];

  it('leaves no trace of the author in any table, page or response, and all summaries correct', async () => {
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
    // `anonymize` removes the name and keeps the text; `remove` removes both.
    const traces = mode === 'remove' ? `${mode} ${SECRET}` : `Ada of ${mode}`;
    expect(await tablesWith(api.sql, traces)).toEqual([]);
    expect(await findDrift(api.sql)).toEqual([]);
    for (const product of products) {
      const page = (await api.get(`/v1/products/${product}/reviews`)).body;
      expect(page.reviews).toHaveLength(mode === 'remove' ? 1 : 2);
      expect(JSON.stringify(page)).not.toContain(`Ada of ${mode}`);
    }
  });

  it('lets the author write again', async () => {
    await write(products[0]!, email);
    expect((await ask('erasure', { email, mode }).expect(200)).body.reviews).toBe(1);
    expect((await ask('erasure', { email, mode }).expect(200)).body.reviews).toBe(0);
  });

  it('is recorded without the author', async () => {
    const { rows } = await api.sql.query(
      'SELECT client_id, review_count FROM privacy_erasures WHERE mode = $1 AND review_count = 3',
      [mode],
    );
    expect(rows).toEqual([{ client_id: 'client-1', review_count: 3 }]);
  });
});

describe('a review without a key under a known e-mail', () => {
  const claim = (product: string, email: string) =>
    api
      .submit(product, { title: SECRET, author: { name: `Mallory of ${product}`, email } })
      .expect(201);

  it('is in the export of the e-mail, also when a page ends between two of one product', async () => {
    const email = 'claimed-export@example.com';
    const { review_id } = await write('claimed-export', email);
    const { body: claimed } = await claim('claimed-export', email);
    const { body } = await ask('export', { email }).expect(200);
    expect(body.reviews).toMatchObject([
      { review: { review_id }, state: 'approved', verdict: { findings: [] } },
      {
        review: { review_id: claimed.review_id },
        state: 'pending',
        verdict: { same_author: true },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('@example.com');

    const cursor = Buffer.from(`0|claimed-export|${review_id}`).toString('base64url');
    const { body: rest } = await ask('export', { email, cursor }).expect(200);
    expect(rest.reviews).toMatchObject([{ review: { review_id: claimed.review_id } }]);
  });

  it.each(['remove', 'anonymize'] as const)(
    'is erased with its claim when the e-mail is erased: %s',
    async (mode) => {
      const email = `claimed-${mode}@example.com`;
      const product = `claimed-${mode}`;
      await write(product, email);
      for (let n = 0; n < 2; n += 1) await claim(product, email);
      const { body: claimed } = await claim(product, email);
      await asAdmin(api.send('post', '/v1/moderation/decisions'))
        .send({
          decisions: [
            {
              product_id: product,
              review_id: claimed.review_id,
              decision: 'approve',
              reason: 'hers',
            },
          ],
        })
        .expect(200);
      expect(await tablesWith(api.sql, email)).toEqual(expect.arrayContaining(['author_claims']));

      const { body } = await ask('erasure', { email, mode }).expect(200);
      expect(body).toEqual({ mode, reviews: 4, products: [product] });
      expect(await tablesWith(api.sql, email)).toEqual([]);
      expect(await tablesWith(api.sql, `Mallory of ${product}`)).toEqual([]);
      expect(await findDrift(api.sql)).toEqual([]);
      const summary = (await api.get(`/v1/products/${product}/summary`)).body;
      expect(summary.count).toBe(mode === 'remove' ? 0 : 2);
      expect((await ask('erasure', { email, mode }).expect(200)).body.reviews).toBe(0);
    },
  );
});

it('an anonymized review keeps its rating and text, and loses its photos', async () => {
  const review = await write('kept', 'kept@example.com');
  await ask('erasure', { email: 'kept@example.com', mode: 'anonymize' }).expect(200);
  const { body } = await api.get(`/v1/products/kept/reviews/${review.review_id}`).expect(200);
  expect(body).toEqual({ ...review, author: { name: 'Anonymous' }, photos: [] });
  expect((await api.get('/v1/products/kept/summary')).body).toMatchObject({
    count: 1,
    photo_count: 0,
  });
});

it('an anonymized review keeps the findings in its text, but not those in the name', async () => {
  const email = 'found@example.com';
  const changes = { body: 'see spam.example', author: { name: 'Ada of ada.example', email } };
  const { review_id } = (await api.submit('found', changes).expect(201)).body;
  await ask('erasure', { email, mode: 'anonymize' }).expect(200);
  const { rows } = await api.sql.query('SELECT verdict FROM reviews WHERE review_id = $1', [
    review_id,
  ]);
  expect(rows).toMatchObject([
    { verdict: { findings: [{ field: 'body', words: ['spam.example'] }] } },
  ]);
  expect(JSON.stringify(rows)).not.toContain('ada.example');
});

it('a page rendered before an erasure is not stored after it', async () => {
  const review = await write('late', 'late@example.com');
  for (let reads = 0; reads < 2; reads += 1) await api.get('/v1/products/late/reviews').expect(200);
  let rows: { version: string; page: string }[] = [];
  await until('the page is stored', async () => {
    ({ rows } = await api.sql.query(
      `SELECT version, page FROM product_pages WHERE product_id = 'late'`,
    ));
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
  /**
   * Sends it again, as clients do, when a busy machine let a statement time out (503). A deadlock
   * would give 500.
   */
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
  expect([...statuses].filter((status) => ![200, 201].includes(status))).toEqual([]);
  expect(await findDrift(api.sql)).toEqual([]);
  for (let n = 0; n < 4; n += 1) {
    await ask('erasure', { email: `busy-${n}@example.com`, mode: 'remove' }).expect(200);
    expect(await tablesWith(api.sql, `busy-${n}@example.com`)).toEqual([]);
  }
});

describe('export and erasure find every spelling of an e-mail', () => {
  const SPELLINGS = [
    'jürgen@müller.example',
    'JÜRGEN@MÜLLER.example',
    'ju\u0308rgen@xn--mller-kva.example',
  ];

  /**
   * Stored as an import of an earlier version did: trimmed and in lower case, otherwise unchanged.
   */
  async function storeAs(email: string, product: string): Promise<void> {
    const payload = payloadOf(
      (await write(`${product}-sample`, `${product}@example.com`)) as Record<string, unknown>,
    );
    await api.sql.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
       VALUES ($1, now(), 'pending', 5, $2, $3)`,
      [product, email, payload],
    );
  }

  it('that an earlier version stored', async () => {
    await storeAs('jürgen@müller.example', 'spelled-1');
    await storeAs('ju\u0308rgen@xn--mller-kva.example', 'spelled-2');
    const store = `Bearer ${await api.makeKey('write')}`;
    const submit = (email: string) =>
      api
        .submit('spelled-3', { ...RATED, author: { name: 'J', email } })
        .set('Authorization', store);
    await submit(SPELLINGS[1]!).expect(201);
    await submit(SPELLINGS[2]!).expect(409);
    for (const email of SPELLINGS) {
      const { body } = await ask('export', { email }).expect(200);
      const products = body.reviews.map(
        (each: { review: { product_id: string } }) => each.review.product_id,
      );
      expect(products.sort()).toEqual(['spelled-1', 'spelled-2', 'spelled-3']);
    }
    const { body } = await ask('erasure', { email: SPELLINGS[0]!, mode: 'remove' }).expect(200);
    expect(body).toMatchObject({ reviews: 3 });
    expect((await ask('export', { email: SPELLINGS[1]! })).body.reviews).toEqual([]);
  });

  it('that an import stored and this version would refuse', async () => {
    await storeAs('a,b@example.com', 'odd-1');
    const { body } = await ask('erasure', { email: ' A,B@example.com', mode: 'remove' }).expect(
      200,
    );
    expect(body).toEqual({ mode: 'remove', reviews: 1, products: ['odd-1'] });
  });

  it('across pages, one spelling after the other', async () => {
    const payload = payloadOf(
      (await write('paged', 'paged@example.com')) as Record<string, unknown>,
    );
    for (const [name, email] of [
      ['canonical', 'page@xn--mller-kva.example'],
      ['former', 'page@müller.example'],
    ]) {
      await api.sql.query(
        `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
         SELECT $1 || '-' || n, now(), 'pending', 5, $2, $3 FROM generate_series(1, 400) AS n`,
        [name, email, payload],
      );
    }
    const first = (await ask('export', { email: 'page@müller.example' }).expect(200)).body;
    const cursor = first.next_cursor;
    const second = (await ask('export', { email: 'page@müller.example', cursor }).expect(200)).body;
    expect([first.reviews.length, second.reviews.length, second.next_cursor]).toEqual([
      500,
      300,
      null,
    ]);
    const ids = [...first.reviews, ...second.reviews].map((each) => each.review.review_id);
    expect(new Set(ids).size).toBe(800);
    const { body } = await ask('erasure', { email: 'page@müller.example', mode: 'remove' }).expect(
      200,
    );
    expect(body.reviews).toBe(800);
  });
});

describe('export and erasure by review id', () => {
  it('work without an e-mail, which an import may lack', async () => {
    const review = await write('by-id', 'by-id@example.com');
    await write('by-id', 'by-id-other@example.com');
    await write('by-id-2', 'by-id@example.com');
    await api.sql.query('UPDATE reviews SET author_email = NULL WHERE review_id = $1', [
      review.review_id,
    ]);

    const exported = (await ask('export', { review_id: review.review_id }).expect(200)).body;
    expect(exported).toMatchObject({ reviews: [{ review, state: 'approved' }], next_cursor: null });
    const wrong = { product_id: 'by-id-2', review_id: review.review_id };
    expect((await ask('export', wrong).expect(200)).body.reviews).toEqual([]);
    expect((await ask('erasure', { ...wrong, mode: 'remove' })).body).toMatchObject({
      reviews: 0,
      products: [],
    });

    const right = { product_id: 'by-id', review_id: `${review.review_id}`, mode: 'remove' };
    const { body } = await ask('erasure', right).expect(200);
    expect(body).toEqual({ mode: 'remove', reviews: 1, products: ['by-id'] });
    await api.get(`/v1/products/by-id/reviews/${review.review_id}`).expect(404);
    expect((await api.get('/v1/products/by-id/summary')).body.count).toBe(1);
    expect((await api.get('/v1/products/by-id-2/summary')).body.count).toBe(1);
    expect(await findDrift(api.sql)).toEqual([]);
    expect(await tablesWith(api.sql, `"review_id":${review.review_id},`)).toEqual([]);
  });

  it('anonymize a review with any valid id', async () => {
    const id = '9007199254740991';
    const payload = payloadOf(
      (await write('huge-sample', 'huge@example.com')) as Record<string, unknown>,
    );
    await api.sql.query(
      `INSERT INTO reviews (review_id, product_id, created_at, state, rating, payload)
       VALUES ($1, 'huge', now(), 'pending', 5, $2)`,
      [id, payload],
    );
    expect((await ask('erasure', { review_id: id, mode: 'anonymize' })).body).toMatchObject({
      reviews: 1,
    });
    const { rows } = await api.sql.query('SELECT payload FROM reviews WHERE review_id = $1', [id]);
    expect(JSON.parse(rows[0].payload)).toMatchObject({
      author: { name: 'Anonymous' },
      photos: [],
    });
  });
});
