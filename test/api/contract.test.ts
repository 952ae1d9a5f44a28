import type { Router } from 'express';
import supertest from 'supertest';
import { createTestApi, type TestApi } from '../support/api';
import { assertKeepsContract, contract } from '../support/contract';

describe('the OpenAPI document', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi({ LOADERIO_TOKEN: 'abc123' });
  });
  afterAll(() => api.close());

  it('names exactly the routes and methods that are mounted', () => {
    const described = Object.entries(contract.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const aboutTheContract = /\/docs|\/openapi\.json|\/loaderio-|^GET \/$/;
    expect(
      mountedRoutes()
        .filter((route) => !aboutTheContract.test(route))
        .sort(),
    ).toEqual(described.sort());
  });

  it('is served unchanged', async () => {
    const { body } = await api.get('/openapi.json').expect(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(contract)));
    expect(body.openapi).toBe('3.1.0');
  });

  it('describes which values each list parameter takes, and which it refuses', async () => {
    interface Parameter {
      name: string;
      in: string;
      schema: {
        type: string;
        minimum?: number;
        maximum?: number;
        enum?: string[];
        items?: Parameter['schema'];
      };
    }
    const key = await api.makeKey('moderate');
    for (const path of ['/v1/products/{product_id}/reviews', '/v1/moderation/queue'] as const) {
      const { parameters } = contract.paths[path]!.get as unknown as { parameters: Parameter[] };
      const status = async (name: string, value: unknown) =>
        (
          await api.get(`${path.replace('{product_id}', '1')}?${name}=${value}`, {
            Authorization: `Bearer ${key}`,
          })
        ).status;
      for (const parameter of parameters.filter((each) => each.in === 'query')) {
        const { name } = parameter;
        const schema = parameter.schema.items ?? parameter.schema;
        expect(['string', 'integer', 'boolean']).toContain(schema.type); // never null: a client leaves a parameter out
        const values = schema.type === 'boolean' ? ['true', 'false'] : schema.enum;
        for (const value of values ?? [])
          expect([name, await status(name, value)]).toEqual([name, 200]);
        if (values) expect([name, await status(name, 'other')]).toEqual([name, 400]);
        if (schema.type !== 'integer') continue;
        for (const [value, expected] of [
          [schema.minimum! - 1, 400],
          [schema.minimum, 200],
          [schema.maximum, 200],
          [schema.maximum! + 1, 400],
        ]) {
          expect([name, value, await status(name, value)]).toEqual([name, value, expected]);
        }
      }
    }
  });

  it('fails a test whose response does not match', () => {
    const answer = {
      method: 'GET',
      path: '/healthz',
      status: 200,
      contentType: 'application/json',
      text: '{"status":"up"}',
    };
    expect(() => assertKeepsContract(answer)).not.toThrow();
    expect(() => assertKeepsContract({ ...answer, text: '{"status":"down"}' })).toThrow(
      'breaks the contract',
    );
    expect(() => assertKeepsContract({ ...answer, status: 500 })).toThrow('is not in the contract');
  });

  it.each([
    ['not-found', 404, null],
    ['invalid-body', 404, 'the contract names only not-found there'],
    ['not-found', 409, 'is not in the contract'],
  ])(
    'fails a test that gets the problem %s with status %i where the operation does not name it',
    (type, status, why) => {
      const title = 'There is nothing here';
      const problem = { type: `urn:problem-type:starling:${type}`, title, status, instance: '/' };
      const check = () =>
        assertKeepsContract({
          method: 'GET',
          path: '/v1/products/1/reviews/1',
          status,
          contentType: 'application/problem+json',
          text: JSON.stringify(problem),
        });
      if (why === null) expect(check).not.toThrow();
      else expect(check).toThrow(why);
    },
  );

  it('is shown on a page that loads nothing from another origin', async () => {
    const page = await api.get('/docs').expect(200);
    const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) await supertest(api.app).get(source).expect(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('serves the verification token of loader.io', async () => {
    const { text } = await api.get('/loaderio-abc123.txt').expect(200);
    expect(text).toBe('loaderio-abc123');
  });

  /** Every route of every router, in the notation of OpenAPI. */
  function mountedRoutes(): string[] {
    return routesOf(api.service.app.router as unknown as Router);
  }

  function routesOf({ stack = [] }: Router): string[] {
    return stack.flatMap(({ route, handle }) => {
      if (!route) return routesOf(handle as unknown as Router);
      const path = route.path.replace(/:(\w+)/g, '{$1}');
      const methods = new Set(route.stack.map(({ method }) => method).filter(Boolean));
      return [...methods].map((method) => `${method!.toUpperCase()} ${path}`);
    });
  }
});
