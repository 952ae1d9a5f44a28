import { createTestApi, type TestApi } from '../support/api';

let api: TestApi;
let key: string;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off', REPORTERS_TO_HIDE: '1000' });
  key = await api.makeKey('moderate');
});
afterAll(() => api.close());

const author = { name: 'Ada', email: 'ada@example.com' };
const legacy = { rating: 5, body: 'Good', name: 'Ada', email: 'legacy@example.com' };

/** Every text field of a request: how to send it, and how an error names it. */
async function givenText(field: string, value: string) {
  const { review_id } = (await api.submit('texts').expect(201)).body;
  const review = `/v1/products/texts/reviews/${review_id}`;
  const asModerator = (method: 'put' | 'post', path: string) =>
    api.send(method, path).set('Authorization', `Bearer ${key}`);
  switch (field) {
    case 'title':
    case 'body':
      return api.submit('texts', { [field]: value });
    case 'author.name':
      return api.submit('texts', {
        author: { ...author, email: `${review_id}@example.com`, name: value },
      });
    case 'response':
      return asModerator('put', `${review}/response`).send({ body: value });
    case 'decisions.0.reason':
      return asModerator('post', '/v1/moderation/decisions').send({
        decisions: [{ product_id: 'texts', review_id, decision: 'approve', reason: value }],
      });
    case 'detail':
      return api.send('post', `${review}/reports`).send({ reason: 'other', detail: value });
    default:
      return api.send('post', '/reviews').send({
        ...legacy,
        email: `${review_id}@example.com`,
        product_id: 5,
        [field.replace('legacy ', '')]: value,
      });
  }
}

const LINES = ['title', 'author.name', 'legacy name', 'legacy summary'];
const REQUIRED = [
  'body',
  'author.name',
  'response',
  'decisions.0.reason',
  'legacy name',
  'legacy body',
];
const OPTIONAL = ['title', 'detail', 'legacy summary'];
const ALL = [...REQUIRED, ...OPTIONAL];
const pathOf = (field: string) => (field === 'response' ? 'body' : field);

/**
 * The message about the only bad field. The legacy contract has one text for all of them.
 */
async function refusalOf(field: string, value: string): Promise<string> {
  const { status, body, text } = await givenText(field, value);
  expect(status).toBe(422);
  if (field.startsWith('legacy ')) return text;
  const [error, ...others] = body.errors;
  expect([error.path, others]).toEqual([pathOf(field), []]);
  return error.message;
}

const refusal = (field: string, message: string) =>
  field.startsWith('legacy ') ? 'Error: Review body contains invalid entries' : message;

it.each(REQUIRED)('refuses a text without visible characters: %s', async (field) => {
  for (const value of [
    '\u200b',
    '\u2800\u3164',
    '\u{e0041}\ufe0f',
    ' \u00ad ',
    '\u0301',
    '\u200f',
  ]) {
    expect(await refusalOf(field, value)).toBe(refusal(field, 'must not be blank'));
  }
});

it.each(ALL)(
  'refuses control characters and direction overrides, and names them: %s',
  async (field) => {
    for (const [value, name] of [
      ['Good\u0008', 'U+0008'],
      ['Good \u202eexe.txt', 'U+202E'],
      ['\u2067Good', 'U+2067'],
    ] as const) {
      const message = `must not contain the control character ${name}`;
      expect(await refusalOf(field, value)).toBe(refusal(field, message));
    }
  },
);

it.each(ALL)('stores Arabic, Hebrew, Persian, Hindi and emoji unchanged: %s', async (field) => {
  for (const value of ['محمد\u200f علي', 'דני (ABC)\u200e', 'می‌خواهم', 'क्‍ष', '👩‍🔧 ❤️'])
    expect((await givenText(field, value)).status).toBeLessThan(300);
});

it.each(ALL.filter((field) => !LINES.includes(field)))(
  'keeps line breaks and tabs: %s',
  async (field) => {
    expect((await givenText(field, 'One.\r\n\n\tTwo.')).status).toBeLessThan(300);
  },
);

it.each(['title', 'author.name', 'legacy name'])(
  'refuses line breaks and tabs in a field of one line: %s',
  async (field) => {
    for (const value of ['One\nTwo', 'One\tTwo', 'One\r'])
      expect((await givenText(field, value)).status).toBe(422);
  },
);

it('joins the lines of a legacy summary into one', async () => {
  expect((await givenText('legacy summary', 'One\r\n\tTwo')).status).toBe(201);
  const { body } = await api.get('/reviews?product_id=5&count=100&sort=newest');
  expect(body.results.map(({ summary }: { summary: string }) => summary)).toContain('One Two');
});

it('stores an empty title when it has no visible characters', async () => {
  expect((await givenText('title', ' \u2800\u200b')).body.title).toBe('');
});
