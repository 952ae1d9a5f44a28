import type supertest from 'supertest';
import { insertRules } from '../../src/throttle/rules/rule-repository';
import {
  type BreakableConnection,
  createBreakableConnection,
} from '../support/breakable-connection';
import { until } from '../support/poll';
import {
  type ContractOperation,
  type ExampleRequest,
  exampleRequest,
  hasParameter,
  type MediaType,
  needsKey,
  operations,
} from './contract-operations';
import { createExampleStore, type ExampleStore } from './example-store';
import { PROVOCATIONS, type ProblemExample, USED_KEY } from './problem-provocations';

/** One request per hour, so that the service refuses the second of each kind. */
const ONE_REQUEST = {
  policies: ['address', 'client'].flatMap((who) => [
    { name: 'read-hour', applies_to: 'read', who, quota: 1, window_seconds: 3_600 },
    { name: 'write-hour', applies_to: 'write', who, quota: 1, window_seconds: 3_600 },
  ]),
};

const byName = operations.map((each) => [each.name, each] as const);
const namesProblem = (name: string) =>
  byName.filter(([, target]) => problemsOf(target).some((each) => each.name === name));

describe('the examples of the OpenAPI document', () => {
  describe.each(byName)('%s', (_name, target) => {
    let store: ExampleStore;
    let answer: supertest.Response;

    beforeAll(async () => {
      store = await createExampleStore();
      const isRepeatable = hasParameter(target, 'Idempotency-Key');
      answer = await send(store, target, {
        ...(isRepeatable && { headers: { 'Idempotency-Key': USED_KEY } }),
      });
    });
    afterAll(() => store.close());

    it('returns its example for its example request', () => {
      const [status, { content = {} }] = Object.entries(target.operation.responses)[0]!;
      expect({ status: String(answer.status), body: answer.text }).toMatchObject({ status });
      const [[mediaType, { example }] = ['', {} as MediaType]] = Object.entries(content);
      if (mediaType === '') expect(answer.text).toBe('');
      else if (PARTIAL.has(target.path)) expect(answer.text).toContain(example);
      else if (mediaType === 'text/plain') expect(answer.text).toBe(example);
      else expect(withoutTimes(answer.body)).toEqual(withoutTimes(example));
    });

    it('returns each problem that it names, equal to the example', async () => {
      for (const { status, name, example } of problemsOf(target)) {
        if (ELSEWHERE.has(name)) continue;
        const provoke = PROVOCATIONS[name];
        if (!provoke)
          throw new Error(`Nothing provokes ${name}: add it to problem-provocations.ts`);
        const given = await send(store, target, provoke(target, example, store));
        expect({ name, status: given.status, body: given.body }).toEqual({
          name,
          status,
          body: example,
        });
      }
    });

    const refusal = target.operation.responses['422']?.content?.['text/plain']?.example;
    if (refusal !== undefined) {
      it('refuses invalid input in the legacy wording', async () => {
        const bad = ['review_id', 'product_id'].find((name) => hasParameter(target, name));
        const change =
          target.method === 'post' ? { body: {} } : exampleRequest(target, { [bad!]: '~' });
        const given = await send(store, target, change);
        expect([given.status, given.text]).toEqual([422, refusal]);
      });
    }
  });

  describe('quota-exceeded equals its example', () => {
    let store: ExampleStore;

    beforeAll(async () => {
      store = await createExampleStore({ THROTTLE: 'on' });
      await insertRules(store.sql, ONE_REQUEST, 'test');
      await refused(store, byName[0]![1]);
    });
    afterAll(() => store.close());

    it.each(namesProblem('quota-exceeded'))('%s', async (_name, target) => {
      const given = await refused(store, target);
      expect(given.body).toEqual(exampleOf(target, 'quota-exceeded'));
    });
  });

  describe('unavailable equals its example', () => {
    let store: ExampleStore;
    let connection: BreakableConnection;

    beforeAll(async () => {
      store = await createExampleStore({}, async (databaseUrl) => {
        connection = await createBreakableConnection(databaseUrl);
        return connection.url;
      });
      await connection.cut();
    });
    afterAll(async () => {
      await connection.mend();
      await store.close();
      await connection.cut();
    });

    it.each(namesProblem('unavailable'))('%s', async (_name, target) => {
      // A key that the instance has not seen, so it must read from the database.
      const fromElsewhere = {
        headers: { 'X-Forwarded-For': '192.0.2.1', Authorization: `Bearer ${store.keys.none}` },
      };
      const given = await send(store, target, target.path === '/metrics' ? fromElsewhere : {});
      expect([given.status, given.body]).toEqual([503, exampleOf(target, 'unavailable')]);
    });

    it('GET /readyz', async () => {
      const target = operations.find(({ path }) => path === '/readyz')!;
      const given = await send(store, target);
      expect(given.body).toEqual(
        target.operation.responses['503']!.content!['application/json']!.example,
      );
    });
  });
});

/** The examples of these are a part of the answer. */
const PARTIAL = new Set(['/metrics', '/v1/products/{product_id}/widget']);

/** Other tests provoke these. */
const ELSEWHERE = new Set(['quota-exceeded', 'unavailable', 'too-many-requests']);

interface NamedProblem {
  status: number;
  name: string;
  example: ProblemExample;
}

function problemsOf({ operation }: ContractOperation): NamedProblem[] {
  return Object.entries(operation.responses).flatMap(([status, { content }]) =>
    Object.entries(content?.['application/problem+json']?.examples ?? {}).map(
      ([name, { value }]) => ({
        status: Number(status),
        name,
        example: value as ProblemExample,
      }),
    ),
  );
}

function exampleOf(target: ContractOperation, problem: string): ProblemExample {
  return problemsOf(target).find(({ name }) => name === problem)!.example;
}

type Change = Partial<Omit<ExampleRequest, 'body'>> & { body?: unknown };

async function send(store: ExampleStore, target: ContractOperation, change: Change = {}) {
  const { method, path, query, headers, body } = {
    ...exampleRequest(target),
    ...withoutUndefined(change),
  };
  const sent = {
    ...(needsKey(target) && { Authorization: `Bearer ${store.keys.all}` }),
    ...headers,
  };
  if (method === 'get') return store.get(path + query, sent);
  const request = store.send(method, path + query);
  if (body !== null) request.set('Content-Type', 'application/json');
  request.set(sent);
  return body === null
    ? request
    : request.send(typeof body === 'string' ? body : JSON.stringify(body));
}

function withoutUndefined(change: Change): Change {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** The instance finds new rules within seconds, and the first request of each client is free. */
async function refused(
  store: ExampleStore,
  target: ContractOperation,
): Promise<supertest.Response> {
  let answer: supertest.Response | undefined;
  await until('the quota is used up', async () => {
    answer = await send(store, target);
    return answer.status === 429;
  });
  return answer!;
}

/** Times and tokens differ in each run; the test checks only that they are there. */
function withoutTimes(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"/g, '"a time"')
    .replace(/"actor1_[A-Za-z0-9_-]{48}"/, '"a token"');
  return JSON.parse(text);
}
