import { Pool } from 'pg';
import { createClientKeys } from '../../src/clients/client-key';
import { type ClientRegister, createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';
import { createTestApi, type TestApi } from '../support/api';

let api: TestApi;
let pool: Pool;
let register: ClientRegister;

beforeAll(async () => {
  api = await createTestApi();
  pool = new Pool({ connectionString: api.databaseUrl, max: 8 });
  register = createClientRegister(pool, createClientKeys(await findSecret(api.sql, 'client-keys')));
});
afterAll(async () => {
  await pool.end();
  await api.close();
});

const PAGE = '/v1/products/1/reviews';

describe('a request with a key', () => {
  it('is served, and no cache keeps the answer', async () => {
    const key = await api.makeKey('read');
    const { headers } = await api.get(PAGE, { Authorization: `Bearer ${key}` }).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    const { headers: open } = await api.get(PAGE).expect(200);
    expect(open['cache-control']).toMatch(/^public/);
  });

  it('spends the quota of its client, not of its address', async () => {
    const key = await api.makeKey('read');
    const { headers } = await api.get(PAGE, { Authorization: `bearer ${key}` }).expect(200);
    expect(headers['ratelimit-policy']).toContain('"read-second";q=2000;w=1');
  });

  it.each([
    ['no key', 'Bearer'],
    ['another scheme', 'Basic YTpi'],
    ['a key without a scheme', `starling_${'0'.repeat(16)}_${'A'.repeat(54)}`],
    ['a key that was never made', `Bearer starling_${'0'.repeat(16)}_${'A'.repeat(54)}`],
    ['two keys', 'Bearer one two'],
    ['a key longer than any', `Bearer ${'a'.repeat(5_000)}`],
  ])('is refused everywhere with %s', async (_title, authorization) => {
    const isLikeOurs = authorization.includes('starling_');
    for (const path of [
      PAGE,
      '/v1/products/1/summary',
      ...(isLikeOurs ? ['/reviews?product_id=1'] : []),
    ]) {
      const { body, headers } = await api.get(path, { Authorization: authorization }).expect(401);
      expect(body.type).toBe('urn:problem-type:starling:unauthorized');
      expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.ratelimit).toBeDefined();
    }
  });

  it.each([
    'Bearer',
    'Basic YTpi',
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'token abc',
    `Bearer ${'a'.repeat(5_000)}`,
  ])(
    'counts as one without on the legacy routes, when the key is another service\u2019s: %s',
    async (authorization) => {
      const send = (method: 'post' | 'put', path: string) =>
        api.send(method, path).set('Authorization', authorization);
      for (const path of [
        '/reviews?product_id=1',
        '/reviews/1/list',
        '/REVIEWS/meta?product_id=1',
        '/reviews/?product_id=1',
      ]) {
        const { headers } = await api.get(path, { Authorization: authorization }).expect(200);
        expect(headers['cache-control']).toMatch(/^public/);
        expect(headers['ratelimit-policy']).toContain('"read-second";q=1000;w=1');
      }
      const review = {
        product_id: 1,
        rating: 4,
        body: 'Good.',
        name: 'Ada',
        email: `${authorization.length}@example.com`,
      };
      await send('post', '/reviews').send(review).expect(201);
      await send('put', '/reviews/1/helpful').expect(204);
      await send('put', '/reviews/report/1').expect(204);
      await api.get(PAGE, { Authorization: authorization }).expect(401);
    },
  );

  it('is refused when only the secret is another: the hash is compared, not the id', async () => {
    const key = await api.makeKey('read');
    const keyId = key.split('_')[1]!;
    await api.sql.query(`UPDATE api_keys SET key_hash = sha256('x') WHERE key_id = $1`, [keyId]);
    await api.get(PAGE, { Authorization: `Bearer ${key}` }).expect(401);
  });

  it('finds no key in the query', async () => {
    const key = await api.makeKey('write');
    await api
      .send('post', `${PAGE}?access_token=${key}`)
      .send({
        rating: 5,
        body: 'Good',
        verified: true,
        author: { name: 'A', email: 'query@example.com' },
      })
      .expect(401);
  });
});

describe('a review of a verified buyer', () => {
  it('is taken from a key with the scope write, and counted as verified', async () => {
    const key = await api.makeKey('write');
    const { body } = await api
      .submit('bought', { verified: true })
      .set('Authorization', `Bearer ${key}`)
      .expect(201);
    expect(body.verified).toBe(true);
    expect((await api.get('/v1/products/bought/summary')).body.verified_count).toBe(1);
  });

  it('is refused with 403 from a key without it', async () => {
    const key = await api.makeKey('read', 'moderate', 'admin');
    const { body, headers } = await api
      .submit('bought', { verified: true })
      .set('Authorization', `Bearer ${key}`)
      .expect(403);
    expect(body.type).toBe('urn:problem-type:starling:forbidden');
    expect(headers['www-authenticate']).toBe('Bearer error="insufficient_scope", scope="write"');
  });
});

describe('the register of clients', () => {
  it('keeps no key, only its hash', async () => {
    const key = await register.createClient('hashed', ['read']);
    const { rows } = await api.sql.query(
      `SELECT row_to_json(k)::text || encode(key_hash, 'escape') AS row FROM api_keys AS k`,
    );
    const secret = key.split('_').slice(2).join('_');
    for (const { row } of rows) expect(row).not.toContain(secret);
  });

  it('has two live keys a client at most, however many are asked for at once', async () => {
    await register.createClient('rotating', ['read']);
    const rotated = await Promise.allSettled(
      Array.from({ length: 8 }, () => register.rotateKey('rotating')),
    );
    expect(rotated.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const client = (await register.list()).find(({ clientId }) => clientId === 'rotating')!;
    expect(client.liveKeys).toHaveLength(2);
  });

  it('lets both keys work until the old one is revoked, and then makes room for another', async () => {
    const old = await register.createClient('in-turn', ['read']);
    const fresh = await register.rotateKey('in-turn');
    for (const key of [old, fresh])
      await api.get(PAGE, { Authorization: `Bearer ${key}` }).expect(200);
    await expect(register.rotateKey('in-turn')).rejects.toThrow('it has two live keys: revoke one');

    const oldId = old.split('_')[1]!;
    expect(await register.revoke('in-turn', oldId)).toEqual([oldId]);
    await expect(register.revoke('in-turn', oldId)).rejects.toThrow(
      `in-turn has no live key ${oldId}`,
    );
    await register.rotateKey('in-turn');
    await api.get(PAGE, { Authorization: `Bearer ${fresh}` }).expect(200);
  });

  it('refuses a name that is taken, and one that is unknown', async () => {
    await register.createClient('taken', ['read']);
    await expect(register.createClient('taken', ['admin'])).rejects.toThrow(
      'The client taken exists already',
    );
    await expect(register.rotateKey('unknown')).rejects.toThrow('There is no client unknown');
    await expect(register.revoke('unknown', null)).rejects.toThrow(
      'There is no client unknown with a live key',
    );
  });
});
