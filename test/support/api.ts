import type { RequestListener } from 'node:http';
import { Client } from 'pg';
import supertest from 'supertest';
import { createClientKeys } from '../../src/clients/client-key';
import { createClientRegister } from '../../src/clients/client-service';
import { compose, type Service } from '../../src/compose';
import { parseConfig } from '../../src/platform/config';
import { findSecret } from '../../src/platform/db/secret-repository';
import type { Scope } from '../../src/platform/http/principal';
import { createLogger } from '../../src/platform/telemetry/logger';
import { assertKeepsContract } from './contract';
import { createTestDatabase } from './database';

/**
 * The whole service over a database of its own. `get` and `send` check each response against the
 * OpenAPI document.
 */
export interface TestApi {
  app: RequestListener;
  service: Service;
  databaseUrl: string;
  sql: Client;
  get(path: string, headers?: Record<string, string>): supertest.Test;
  send(
    method: 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options',
    path: string,
  ): supertest.Test;
  /** Posts a valid review with `changes`, each from another network. */
  submit(productId: string, changes?: Record<string, unknown>): supertest.Test;
  /** The key of a new API client. */
  makeKey(...scopes: Scope[]): Promise<string>;
  close(): Promise<void>;
}

/** Another instance over the database of `api`. */
export async function composeBeside(
  api: TestApi,
  environment: Record<string, string> = {},
): Promise<Service> {
  const config = parseConfig({
    DATABASE_URL: api.databaseUrl,
    INSTANCE_NAME: 'beside',
    ...environment,
  });
  return compose(config, createLogger('silent', 'beside'));
}

export async function createTestApi(
  environment: Record<string, string> = {},
  reach: (databaseUrl: string) => Promise<string> = async (url) => url,
): Promise<TestApi> {
  const database = await createTestDatabase();
  const config = parseConfig({
    DATABASE_URL: await reach(database.url),
    INSTANCE_NAME: 'under-test',
    ...environment,
  });
  const service = await compose(config, createLogger('silent', 'under-test'));
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  let authors = 0;
  let clients = 0;

  function send(
    method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options',
    path: string,
  ) {
    const request = supertest(service.listener)[method](path);
    if (method !== 'head' && method !== 'options') request.expect(keepsContract(method, path));
    return request;
  }

  function submit(productId: string, changes: Record<string, unknown> = {}) {
    authors += 1;
    const author = { name: 'Ada', email: `author-${authors}@example.com` };
    return send('post', `/v1/products/${productId}/reviews`)
      .set('X-Forwarded-For', `2001:db8:${authors.toString(16)}::1`)
      .send({ rating: 5, body: 'It works.', author, ...changes });
  }

  return {
    app: service.listener,
    service,
    databaseUrl: database.url,
    sql,
    get: (path, headers = {}) => send('get', path).set(headers),
    send,
    submit,
    async makeKey(...scopes) {
      clients += 1;
      const keys = createClientKeys(await findSecret(sql, 'client-keys'));
      return createClientRegister(sql, keys).createClient(`client-${clients}`, scopes);
    },
    async close() {
      await sql.end();
      await service.close();
      await database.drop();
    },
  };
}

function keepsContract(method: string, path: string) {
  return (response: supertest.Response) =>
    assertKeepsContract({
      method: method.toUpperCase(),
      path: path.split('?')[0]!,
      status: response.status,
      contentType: response.headers['content-type'] ?? '',
      text: response.text || null,
    });
}
