import supertest from 'supertest';
import { composeBeside, createTestApi, type TestApi } from '../support/api';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { jsonLdOf, outlineOf } from '../support/html-tree';

let api: TestApi;
let moderatorKey: string;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  moderatorKey = await api.makeKey('moderate');
  await api.submit('shoe', {
    title: 'Fits',
    body: 'I wear it every day.',
    characteristics: { Fit: 4 },
    recommended: true,
  });
  await api.submit('shoe', { rating: 4, body: 'Warm.' }).expect(201);
});
afterAll(() => api.close());

const pageOf = (product: string) => `/v1/products/${product}/reviews`;
const widgetOf = (product: string, query = '') => `/v1/products/${product}/widget${query}`;

async function fragmentOf(product: string, query = ''): Promise<string> {
  const { text } = await api.get(widgetOf(product, query)).expect(200);
  return text;
}

/** The value of an attribute of the fragment's section. */
function sectionAttribute(fragment: string, name: string): string | undefined {
  const line = outlineOf(fragment).find((each) => each.trim().startsWith(`@${name}=`));
  return line && JSON.parse(line.slice(line.indexOf('=') + 1));
}

describe('the fragment of a product', () => {
  it('has the stars, the reviews and the vocabulary in its HTML', async () => {
    const fragment = await fragmentOf('shoe');
    expect(fragment).toContain('aria-label="4.5 out of 5 stars"');
    expect(fragment).toContain('I wear it every day.');
    expect(sectionAttribute(fragment, 'data-next-cursor')).toBe('');
    expect(sectionAttribute(fragment, 'data-page-size')).toBe('10');
    const names = JSON.parse(sectionAttribute(fragment, 'data-vocabulary')!);
    const { rows } = await api.sql.query('SELECT name FROM characteristics ORDER BY 1');
    expect(names.sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('shows the version of the page, with its headers', async () => {
    const page = await api.get(pageOf('shoe')).expect(200);
    const widget = await api.get(widgetOf('shoe')).expect(200);
    expect(widget.headers['content-type']).toBe('text/html; charset=utf-8');
    for (const name of ['cache-control', 'cache-tag', 'access-control-allow-origin', 'vary'])
      expect([name, widget.headers[name]]).toEqual([name, page.headers[name]]);
    expect(widget.headers['x-accel-expires']).toMatch(/^@\d+$/);
    const version = page.headers.etag!.slice(0, -1);
    expect(widget.headers.etag).toMatch(new RegExp(`^${version}-[\\w-]{11}"$`));
  });

  it('answers 304 until the product changes', async () => {
    await api.submit('changing').expect(201);
    const fresh = { 'Cache-Control': 'no-cache' };
    const { etag } = (await api.get(widgetOf('changing'), fresh).expect(200)).headers;
    const known = { ...fresh, 'If-None-Match': etag! };
    await api.get(widgetOf('changing'), known).expect(304);
    await api.submit('changing', { body: 'A second one.' }).expect(201);
    const changed = await api.get(widgetOf('changing'), known).expect(200);
    expect(changed.text).toContain('A second one.');
    expect(changed.text).toContain('2 reviews');
    expect(changed.headers.etag).not.toBe(etag);
  });

  it('shows a write to the client that has just written it', async () => {
    await api.submit('written').expect(201);
    for (let n = 0; n < 3; n += 1) await fragmentOf('written');
    await api.submit('written', { body: 'Just now.' }).expect(201);
    const own = await api.get(widgetOf('written'), { Cookie: 'starling_wrote=1' }).expect(200);
    expect(own.text).toContain('Just now.');
  });

  it('is kept by no cache if the request has a key', async () => {
    const key = { Authorization: `Bearer ${moderatorKey}` };
    const { headers } = await api.get(widgetOf('shoe'), key).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-accel-expires']).toBeUndefined();
  });

  it('counts its hits in the metrics', async () => {
    const hits = async () => {
      const { text } = await api.get('/metrics').expect(200);
      return Number(/starling_cache_hits_total{cache="widgets"} (\d+)/.exec(text)![1]);
    };
    await fragmentOf('shoe');
    const before = await hits();
    await fragmentOf('shoe');
    expect((await hits()) - before).toBe(1);
  });
});

describe('the ETag of a fragment', () => {
  const etagOf = async (query = '', listener = api.app) =>
    (await supertest(listener).get(widgetOf('shoe', query)).expect(200)).headers.etag!;

  it('is another one in another language, and gets no 304 there', async () => {
    const etag = await etagOf('?locale=de');
    expect(await etagOf('?locale=en')).not.toBe(etag);
    await api.get(widgetOf('shoe', '?locale=de'), { 'If-None-Match': etag }).expect(304);
    await api.get(widgetOf('shoe', '?locale=fr'), { 'If-None-Match': etag }).expect(200);
    await api.get(pageOf('shoe'), { 'If-None-Match': etag }).expect(200);
  });

  it('is another one under another policy, which the statement names', async () => {
    const manual = await composeBeside(api, { MODERATION: 'manual', THROTTLE: 'off' });
    expect(await etagOf('', manual.listener)).not.toBe(await etagOf());
    const { text } = await supertest(manual.listener).get(widgetOf('shoe')).expect(200);
    expect(text).toContain('A moderator reads every review before it appears.');
    expect(await fragmentOf('shoe')).not.toContain('A moderator reads every review');
    await manual.close();
  });

  it('is another one with another vocabulary, and the same on every instance', async () => {
    const same = await composeBeside(api, { THROTTLE: 'off' });
    expect(await etagOf('', same.listener)).toBe(await etagOf());
    await api.sql.query(
      "INSERT INTO characteristics (characteristic_id, name) VALUES (99, 'Warmth')",
    );
    const later = await composeBeside(api, { THROTTLE: 'off' });
    expect(await etagOf('', later.listener)).not.toBe(await etagOf());
    const { text } = await supertest(later.listener).get(widgetOf('shoe')).expect(200);
    expect(JSON.parse(sectionAttribute(text, 'data-vocabulary')!)).toContain('Warmth');
    await Promise.all([same.close(), later.close()]);
  });
});

describe('the language of a fragment', () => {
  it.each([
    ['de', 'de', 'Kundenbewertungen'],
    ['de-AT', 'de-AT', 'Kundenbewertungen'],
    ['de_at', 'de-AT', 'Kundenbewertungen'],
    ['fr-CA', 'fr-CA', 'Avis'],
    ['ar', 'ar', 'مراجعات'],
    ['nl', 'en', 'Customer reviews'],
    ['zh-Hant-TW', 'en', 'Customer reviews'],
    ['en-GB', 'en-GB', 'Customer reviews'],
  ])('for %s is %s', async (asked, shown, title) => {
    const fragment = await fragmentOf('shoe', `?locale=${asked}`);
    expect(sectionAttribute(fragment, 'lang')).toBe(shown);
    expect(sectionAttribute(fragment, 'dir')).toBe(shown === 'ar' ? 'rtl' : 'ltr');
    expect(fragment).toContain(title);
  });
});

describe('the limit of a fragment', () => {
  beforeAll(async () => {
    for (let n = 0; n < 12; n += 1) await api.submit('many', { body: `Text ${n}` }).expect(201);
  });

  it.each(['', '?limit=3', '?limit=10', '?limit=100'])(
    'bounds its page, and its cursor leads to the others: %s',
    async (query) => {
      const fragment = await fragmentOf('many', query);
      const limit = Number(/\d+/.exec(query)?.[0] ?? 10);
      expect(sectionAttribute(fragment, 'data-page-size')).toBe(String(limit));
      const shown = [...fragment.matchAll(/data-review-id="(\d+)"/g)].map(([, id]) => Number(id));
      expect(shown).toHaveLength(Math.min(limit, 12));
      const cursor = sectionAttribute(fragment, 'data-next-cursor');
      if (limit === 100) return expect(cursor).toBe('');
      const { body } = await api.get(`${pageOf('many')}?limit=100&cursor=${cursor}`).expect(200);
      expect(body.reviews).toHaveLength(12 - limit);
      for (const { review_id } of body.reviews) expect(shown).not.toContain(review_id);
    },
  );
});

describe('the JSON-LD of a fragment', () => {
  it('describes the product under the name and id of the store', async () => {
    const query = `?product_name=${encodeURIComponent('Blue "shoe" & </script>')}&jsonld_id=%23product`;
    expect(jsonLdOf(await fragmentOf('shoe', query))).toMatchObject({
      '@type': 'Product',
      '@id': '#product',
      name: 'Blue "shoe" & </script>',
      aggregateRating: { ratingValue: 4.5, reviewCount: 2, bestRating: 5, worstRating: 1 },
      review: [{ '@type': 'Review' }, { '@type': 'Review' }],
    });
  });

  it('has the key for a name, no id, and at most ten reviews, by default', async () => {
    const described = jsonLdOf(await fragmentOf('many', '?limit=100')) as Record<string, unknown>;
    expect(described).toMatchObject({ name: 'many' });
    expect(described).not.toHaveProperty('@id');
    expect(described.review).toHaveLength(10);
  });

  it('is left out on request, and for a product without reviews', async () => {
    expect(jsonLdOf(await fragmentOf('shoe', '?jsonld=off'))).toBeUndefined();
    const empty = await fragmentOf('nobody');
    expect(jsonLdOf(empty)).toBeUndefined();
    expect(empty).toContain('No reviews yet.');
  });
});

describe('a bad parameter of a fragment', () => {
  it.each([
    ['locale', '"><script>', 'must be a language tag like en or pt-BR'],
    ['locale', '', 'must be a language tag like en or pt-BR'],
    ['limit', '0', 'must be a whole number from 1 to 100'],
    ['limit', '101', 'must be a whole number from 1 to 100'],
    ['jsonld', 'no', 'must be on or off'],
    ['product_name', '', 'must not be blank'],
    ['product_name', 'x'.repeat(201), 'must have at most 200 characters'],
    ['jsonld_id', 'a\u0000b', 'must be valid Unicode without NUL'],
  ])('%s=%j gets 400 with its name', async (name, value, message) => {
    const { body } = await api
      .get(widgetOf('shoe', `?${name}=${encodeURIComponent(value)}`))
      .expect(400);
    expect(body.errors).toEqual([{ path: name, message }]);
  });

  it('product_id gets 400, too', async () => {
    await api.get(widgetOf(encodeURIComponent('<b>'))).expect(400);
  });
});

it('hostile texts that the API accepts are shown as they were written, and add no element', async () => {
  const texts = ['x', ...HOSTILE_TEXTS];
  const shown: string[] = [];
  for (const [n, text] of texts.entries()) {
    const author = { name: text.slice(0, 60), email: `hostile-${n}@example.com` };
    const product = text === 'x' ? 'honest' : 'hostile';
    const { status, body } = await api.submit(product, { title: text, body: text, author });
    if (status !== 201) continue; // it has a character that no title may have
    if (product === 'hostile') shown.push(text);
    await show(product, body.review_id, text);
  }
  expect(shown.length).toBeGreaterThan(25);

  const outline = outlineOf(await fragmentOf('hostile', '?limit=100'));
  expect(namesIn(outline)).toEqual(namesIn(outlineOf(await fragmentOf('honest'))));
  const lines = new Set(outline.map((line) => line.trim()));
  for (const text of shown) expect(lines).toContain(JSON.stringify(text));
});

/** Approves the review, which a check may have held back, and responds to it. */
async function show(productId: string, reviewId: number, response: string): Promise<void> {
  const asModerator = { Authorization: `Bearer ${moderatorKey}` };
  const decision = { product_id: productId, review_id: reviewId, decision: 'approve', reason: 'x' };
  await api
    .send('post', '/v1/moderation/decisions')
    .set(asModerator)
    .send({ decisions: [decision] })
    .expect(200);
  await api
    .send('put', `${pageOf(productId)}/${reviewId}/response`)
    .set(asModerator)
    .send({ body: response })
    .expect(200);
}

/** The names of the elements and attributes, each once. */
function namesIn(outline: string[]): string[] {
  const names = outline.map((line) => /^\s*(<[^>]+>|@[^=]+)/.exec(line)?.[1] ?? '');
  return [...new Set(names)].sort();
}
