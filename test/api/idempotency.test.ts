import type { RequestListener } from 'node:http';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';

describe('a request with an Idempotency-Key', () => {
  let api: TestApi;
  let beside: Service;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    beside = await composeBeside(api);
  });
  afterAll(async () => {
    await beside.close();
    await api.close();
  });

  const draft = (name: string) => ({
    rating: 5,
    body: 'Good.',
    author: { name, email: `${name}@example.com` },
  });
  const post = (product: string, key: string, body: object) =>
    api.send('post', `/v1/products/${product}/reviews`).set('Idempotency-Key', key).send(body);
  const countOf = async (product: string) => (await api.get(`/v1/products/${product}/summary`)).body.count;

  it('is answered the same, byte for byte, when it is repeated, by any instance', async () => {
    const first = await post('p1', 'key-1', draft('ada')).expect(201);
    const again = await post('p1', 'key-1', draft('ada')).expect(201);
    const elsewhere = await supertest(beside.listener)
      .post('/v1/products/p1/reviews')
      .set('Idempotency-Key', 'key-1')
      .send(draft('ada'))
      .expect(201);

    for (const repeated of [again, elsewhere]) {
      expect(repeated.text).toBe(first.text);
      expect(repeated.headers.location).toBe(first.headers.location);
    }
    expect(await countOf('p1')).toBe(1);
  });

  it('is refused when the key was used for another body or product', async () => {
    await post('p2', 'key-2', draft('bob')).expect(201);
    const other = await post('p2', 'key-2', { ...draft('bob'), rating: 1 }).expect(422);
    expect(other.body.type).toBe('urn:problem-type:starling:key-reused');
    await post('p3', 'key-2', draft('bob')).expect(422);
    expect(await countOf('p3')).toBe(0);
  });

  it('may be corrected under the same key when its body was refused', async () => {
    await post('p4', 'key-4', { ...draft('eve'), rating: 9 }).expect(422);
    await post('p4', 'key-4', draft('eve')).expect(201);
  });

  it('tells a repeat from a second review: without its key it is a 409', async () => {
    await post('p5', 'key-5', draft('kim')).expect(201);
    await post('p5', 'key-6', draft('kim')).expect(409);
    await api.send('post', '/v1/products/p5/reviews').send(draft('kim')).expect(409);
    expect(await countOf('p5')).toBe(1);
  });

  it('stores one review for a thousand parallel requests on two instances, and answers all of them the same', async () => {
    const servers = [api.app, beside.listener];
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) =>
        supertest(servers[n % 2]!)
          .post('/v1/products/p6/reviews')
          .set('Idempotency-Key', 'key-7')
          .send(draft('zoe')),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await countOf('p6')).toBe(1);
  });

  it('takes one of two bodies that race for a key on two instances', async () => {
    for (let round = 0; round < 20; round += 1) {
      const send = (listener: RequestListener, name: string) =>
        supertest(listener)
          .post('/v1/products/p7/reviews')
          .set('Idempotency-Key', `race-${round}`)
          .send(draft(`${name}-${round}`));
      const answers = await Promise.all([send(api.app, 'one'), send(beside.listener, 'two')]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    }
    expect(await countOf('p7')).toBe(20);
  });

  it.each(['', 'x'.repeat(256), 'two words', 'ключ'.normalize()])(
    'is refused for a key that is none: %j',
    async (key) => {
      const response = await supertest(api.app)
        .post('/v1/products/p8/reviews')
        .set('Idempotency-Key', encodeIfNeeded(key))
        .send(draft('max'));
      expect(response.status).toBe(400);
      expect(response.body.errors[0].path).toBe('Idempotency-Key');
    },
  );

  /** Headers travel as Latin-1: what is beyond arrives as bytes that are no visible ASCII. */
  function encodeIfNeeded(key: string): string {
    return Buffer.from(key, 'utf8').toString('latin1');
  }
});
