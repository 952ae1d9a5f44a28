import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';

/**
 * Which voters and reporters count as one
 * (docs/decisions/0080-believe-only-signed-actors.md).
 */

let api: TestApi;
let beside: Service;
let store: string;
let products = 0;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off', REPORTERS_TO_HIDE: '3' });
  beside = await composeBeside(api, { THROTTLE: 'off', REPORTERS_TO_HIDE: '3' });
  store = await api.makeKey('write');
});
afterAll(async () => {
  await beside.close();
  await api.close();
});

/** The path of a new review, without votes. */
async function newReview(): Promise<string> {
  products += 1;
  return (await api.submit(`${products}`).expect(201)).headers.location!;
}

async function newToken(): Promise<string> {
  return (await api.send('post', '/v1/actors').expect(201)).body.actor;
}

/** The service trusts the test's connection as a proxy. */
const from = (address: string) => ({ 'X-Forwarded-For': address });
const vouched = (actor: string, key = store) => ({
  Authorization: `Bearer ${key}`,
  'Starling-Actor': actor,
});

async function vote(
  review: string,
  headers: Record<string, string>,
  helpful = true,
): Promise<number> {
  const { body } = await api
    .send('put', `${review}/vote`)
    .set(headers)
    .send({ helpful })
    .expect(200);
  return body.helpful_count;
}

/** Votes once with each set of headers. @returns how many voters the service counts */
async function countVoters(headers: Record<string, string>[]): Promise<number> {
  const review = await newReview();
  let voters = 0;
  for (const each of headers) voters = await vote(review, each);
  return voters;
}

describe('a token', () => {
  it('is new in each response, fits into a header, and is never cached', async () => {
    const answer = await api.send('post', '/v1/actors').expect(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const tokens = [answer.body.actor, await newToken(), await newToken()];
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
    expect(new Set(tokens).size).toBe(3);
  });

  it('counts as one voter from any address and on any instance', async () => {
    const review = await newReview();
    const token = { 'Starling-Actor': await newToken() };
    for (const address of ['192.0.2.1', '198.51.100.1', '2001:db8::1']) {
      expect(await vote(review, { ...token, ...from(address) })).toBe(1);
    }
    const { body } = await supertest(beside.listener)
      .put(`${review}/vote`)
      .set(token)
      .send({ helpful: true })
      .expect(200);
    expect(body.helpful_count).toBe(1);
    expect(await vote(review, { 'Starling-Actor': await newToken() })).toBe(2);
  });

  it('counts as the same voter when a server of the store passes it on', async () => {
    const token = await newToken();
    expect(await countVoters([{ 'Starling-Actor': token }, vouched(token)])).toBe(1);
  });

  it('counts for nothing when any character is changed, cut, added or encoded differently: the address counts', async () => {
    let token = await newToken();
    while (!/[-_]/.test(token.slice(7))) token = await newToken();
    const otherLetter = (letter: string) => (letter === 'A' ? 'B' : 'A');
    const forged = [...token].map(
      (letter, at) => token.slice(0, at) + otherLetter(letter) + token.slice(at + 1),
    );
    forged.push(token.slice(0, -1), `${token}A`, `${token}=`, `${token}==`, token.toUpperCase());
    forged.push(
      token.toLowerCase(),
      `"${token}"`,
      `${token},${token}`,
      token.replace('actor1', 'actor2'),
    );
    forged.push(`actor1_${token.slice(7).replaceAll('-', '+').replaceAll('_', '/')}`);
    const voters = [token, ...forged].map((actor) => ({ 'Starling-Actor': actor }));
    expect(await countVoters([...voters, {}])).toBe(2);
  });
});

describe('an actor without a valid token or a write key', () => {
  it('is ignored: five hundred actors from one address count as one voter', async () => {
    const review = await newReview();
    const counts = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        supertest(n % 2 ? api.app : beside.listener)
          .put(`${review}/vote`)
          .set('Starling-Actor', `forged-${n}`)
          .send({ helpful: true })
          .expect(200),
      ),
    );
    expect(new Set(counts.map(({ body }) => body.helpful_count))).toEqual(new Set([1]));
  });

  it('hides no review, however many actors report from one address', async () => {
    const review = await newReview();
    for (let n = 0; n < 20; n += 1) {
      const actor = n % 2 ? `forged-${n}` : await newToken();
      await api
        .send('post', `${review}/reports`)
        .set('Starling-Actor', actor)
        .send({ reason: 'spam' })
        .expect(201);
    }
    await api.get(review).expect(200);
  });

  it('is ignored under a key without the scope write, and a revoked key gets 401', async () => {
    const readOnly = await api.makeKey('read', 'moderate', 'admin');
    expect(await countVoters([vouched('ann', readOnly), vouched('ben', readOnly), {}])).toBe(1);
    const review = await newReview();
    const revoked = await api.makeKey('write');
    await api.sql.query('UPDATE api_keys SET revoked_at = now() WHERE key_id = $1', [
      revoked.split('_')[1],
    ]);
    await api
      .send('put', `${review}/vote`)
      .set(vouched('ann', revoked))
      .send({ helpful: true })
      .expect(401);
  });

  it('gets 400 when it is empty, too long, or sent twice', async () => {
    const review = await newReview();
    const put = (headers: Record<string, string>) =>
      api.send('put', `${review}/vote`).set(headers).send({ helpful: true });
    for (const actor of ['', ' ', 'x'.repeat(129)])
      await put({ 'Starling-Actor': actor }).expect(400);
    for (const headers of [{}, { authorization: `Bearer ${store}` }] as Record<string, string>[]) {
      expect(await putTwice(`${review}/vote`, headers)).toBe(400);
    }
    await put(vouched('ann, ben')).expect(200);
  });
});

/** Sends `Starling-Actor` as two header lines. @returns the status */
async function putTwice(path: string, headers: Record<string, string>): Promise<number> {
  const server = createServer(api.app).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method: 'PUT',
      agent: false,
      headers: { ...headers, 'content-type': 'application/json', 'starling-actor': ['ann', 'ben'] },
    });
    const [response] = await once(sent.end('{"helpful":true}'), 'response');
    response.resume();
    return response.statusCode;
  } finally {
    server.close();
  }
}

describe('an address', () => {
  it.each([
    [
      'an IPv6 /64',
      ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:DB8:1:2:0:0:0:1'],
    ],
    [
      'one IPv6 address in several spellings',
      ['2001:db8::1', '2001:0db8:0000:0000:0000:0000:0000:0001'],
    ],
    ['an IPv4 address mapped into IPv6', ['192.0.2.9', '::ffff:192.0.2.9', '::FFFF:c000:0209']],
    ['an IPv6 address in a zone', ['fe80::1%eth0', 'fe80::1%eth1', 'fe80::2']],
    ['values that are no addresses', ['unknown', 'fnord', '192.0.2.9:443', '192.0.2.9:444']],
  ])('counts as one voter: %s', async (_what, addresses) => {
    expect(await countVoters(addresses.map(from))).toBe(1);
  });

  it('counts separately for each IPv6 /64 and each IPv4 address', async () => {
    const addresses = ['2001:db8:1:2::1', '2001:db8:1:3::1', '192.0.2.1', '192.0.2.2'];
    expect(await countVoters(addresses.map(from))).toBe(4);
  });

  it('is the last one in X-Forwarded-For, whatever comes before it', async () => {
    const forged = ['203.0.113.1', '203.0.113.2', 'unknown'].map((first) =>
      from(`${first}, 192.0.2.1`),
    );
    expect(await countVoters([...forged, from('192.0.2.1')])).toBe(1);
  });

  it('is not taken from X-Forwarded-For when the peer is not a trusted proxy', async () => {
    const open = await composeBeside(api, { THROTTLE: 'off', TRUSTED_PROXIES: '203.0.113.1' });
    const review = await newReview();
    for (const [count, address] of [[1, '192.0.2.1'] as const, [1, '198.51.100.1'] as const]) {
      const { body } = await supertest(open.listener)
        .put(`${review}/vote`)
        .set(from(address))
        .send({ helpful: true })
        .expect(200);
      expect(body.helpful_count).toBe(count);
    }
    await open.close();
  });

  it('counts as the same voter through both contracts', async () => {
    const review = await newReview();
    const id = review.split('/').at(-1);
    const token = { 'Starling-Actor': await newToken() };
    for (const headers of [token, from('192.0.2.1'), vouched('ann')] as Record<string, string>[]) {
      await api.send('put', `/reviews/${id}/helpful`).set(headers).expect(204);
    }
    expect(await vote(review, token)).toBe(3);
    expect(await vote(review, from('192.0.2.1'))).toBe(3);
    expect(await vote(review, vouched('ann'))).toBe(3);
  });
});

describe('a network', () => {
  it.each([
    ['an IPv4 /24', (n: number) => `198.51.100.${n}`],
    ['an IPv6 /48', (n: number) => `2001:db8:7:${n}00::1`],
  ])(
    'counts as at most five voters of a review, who may change and withdraw their votes: %s',
    async (_what, at) => {
      const review = await newReview();
      for (let n = 1; n <= 7; n += 1) expect(await vote(review, from(at(n)))).toBe(Math.min(n, 5));
      const { rows } = await api.sql.query(
        'SELECT count(*)::int AS n FROM review_votes WHERE review_id = $1',
        [review.split('/').at(-1)],
      );
      expect(rows).toEqual([{ n: 5 }]);
      expect(await vote(review, from(at(5)), false)).toBe(4);
      expect(await vote(review, from(at(6)))).toBe(4);
      await api
        .send('delete', `${review}/vote`)
        .set(from(at(5)))
        .expect(200);
      expect(await vote(review, from(at(6)))).toBe(5);
      expect(await vote(review, from(at(7)))).toBe(5);
    },
  );

  it('counts as five voters of a review when sixty tokens vote at once on two instances', async () => {
    const review = await newReview();
    const tokens = await Promise.all(Array.from({ length: 60 }, newToken));
    await Promise.all(
      tokens.map((token, n) =>
        supertest(n % 2 ? api.app : beside.listener)
          .put(`${review}/vote`)
          .set({ 'Starling-Actor': token, ...from(`198.51.100.${n}`) })
          .send({ helpful: true })
          .expect(200),
      ),
    );
    expect((await api.get(review)).body.helpful_count).toBe(5);
    expect(await vote(review, from('192.0.2.1'))).toBe(6);
    expect(await vote(review, vouched('ann'))).toBe(7);
  });

  it('keeps counting a vote that is changed from another network', async () => {
    const review = await newReview();
    const token = { 'Starling-Actor': await newToken() };
    await vote(review, { ...token, ...from('198.51.100.1') });
    for (let n = 2; n <= 5; n += 1) await vote(review, from(`198.51.100.${n}`));
    await vote(review, { ...token, ...from('192.0.2.1') }, false);
    expect(await vote(review, from('198.51.100.6'))).toBe(4);
  });

  it('counts as one reporter: three networks hide a review, one never does', async () => {
    const review = await newReview();
    const report = (headers: Record<string, string>) =>
      api.send('post', `${review}/reports`).set(headers).send({ reason: 'spam' }).expect(201);
    for (let n = 1; n <= 9; n += 1) await report(from(`198.51.100.${n}`));
    for (let n = 1; n <= 9; n += 1) await report(from(`2001:db8:7:${n}00::1`));
    await api.get(review).expect(200);
    const { rows } = await api.sql.query(
      'SELECT count(*)::int AS n FROM review_reports WHERE review_id = $1 GROUP BY network',
      [review.split('/').at(-1)],
    );
    expect(rows).toEqual([{ n: 5 }, { n: 5 }]);
    await report(from('192.0.2.1'));
    await api.get(review).expect(404);
  });

  it('does not matter when the store names its reporters under a write key', async () => {
    const review = await newReview();
    for (const headers of [from('192.0.2.1'), from('192.0.2.2'), vouched('ann')]) {
      await api.send('post', `${review}/reports`).set(headers).send({ reason: 'spam' }).expect(201);
    }
    await api.get(review).expect(200);
    await api
      .send('post', `${review}/reports`)
      .set(vouched('ben'))
      .send({ reason: 'spam' })
      .expect(201);
    await api.get(review).expect(404);
  });

  it('hides no review in concurrent reports on two instances unless three networks report', async () => {
    const [safe, reported] = [await newReview(), await newReview()];
    const storm = (review: string, networks: number) =>
      Array.from({ length: 60 }, (_, n) =>
        supertest(n % 2 ? api.app : beside.listener)
          .post(`${review}/reports`)
          .set(from(`198.51.${n % networks}.${n}`))
          .send({ reason: 'spam' }),
      );
    await Promise.all([...storm(safe, 2), ...storm(reported, 3)]);
    await api.get(safe).expect(200);
    await api.get(reported).expect(404);
  });

  it('may report again after a moderator has approved the review', async () => {
    const review = await newReview();
    const [, , , product_id, , review_id] = review.split('/');
    const report = (address: string) =>
      api.send('post', `${review}/reports`).set(from(address)).send({ reason: 'spam' }).expect(201);
    const hide = async (last: number) => {
      for (let n = 0; n < 6; n += 1) await report(`198.51.100.${last + n}`);
      for (const network of ['192.0.2', '203.0.113']) await report(`${network}.${last}`);
    };
    await hide(1);
    await api.get(review).expect(404);
    await api
      .send('post', '/v1/moderation/decisions')
      .set('Authorization', `Bearer ${await api.makeKey('moderate')}`)
      .send({
        decisions: [
          { product_id, review_id: Number(review_id), decision: 'approve', reason: 'it is fine' },
        ],
      })
      .expect(200);
    await api.get(review).expect(200);
    await hide(101);
    await api.get(review).expect(404);
  });
});

describe('issuing tokens', () => {
  it('is limited per address to ten at once and two per second, however the route is spelled', async () => {
    const limited = await createTestApi();
    const ask = (path: string) => supertest(limited.app).post(path).set(from('192.0.2.1'));
    const paths = ['/v1/actors', '/v1/actors/', '/V1/Actors', '/v1/actors?x=1', '/v1/actors#x'];
    const began = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => (await ask(paths[n % paths.length]!)).status),
    );
    const comeBack = 2 * ((performance.now() - began) / 1_000);
    expect(new Set(statuses)).toEqual(new Set([201, 429]));
    const issued = statuses.filter((status) => status === 201).length;
    expect(issued).toBeLessThanOrEqual(10 + Math.ceil(comeBack));
    await supertest(limited.app).post('/v1/actors').set(from('192.0.2.2')).expect(201);
    await limited.close();
  });
});
