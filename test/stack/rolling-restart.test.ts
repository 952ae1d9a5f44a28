import { Client } from 'pg';
import { answersOk } from '../../scripts/local/http-readiness';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { type Stack, startStack } from '../support/stack';

const RESTART_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

type Instance = Stack['instances'][number];

describeWith('nginx', 'six instances behind Nginx, under load', () => {
  let stack: Stack;
  let authors = 0;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack?.stop());

  interface Load {
    /** Responses so far. */
    answered(): number;
    /**
     * Ends the load. @returns the unexpected responses, and the acknowledged reviews
     */
    stop(): Promise<{ failures: string[]; acknowledged: string[] }>;
  }

  /** Clients that send the next request after each response. They do not retry. */
  function startLoad(clients: {
    readers: number;
    voters: number;
    writers: number;
    keyedWriters: number;
  }): Load {
    const failures: string[] = [];
    const acknowledged: string[] = [];
    let answered = 0;
    let stopping = false;

    async function ask(path: string, expected: number, request: RequestInit = {}): Promise<void> {
      const what = `${request.method ?? 'GET'} ${path}`;
      try {
        const response = await fetch(stack.url + path, request);
        const text = await response.text();
        answered += 1;
        if (response.status !== expected) failures.push(`${what}: ${response.status} ${text}`);
        else if (expected === 201) acknowledged.push(response.headers.get('location')!);
      } catch (error) {
        failures.push(`${what}: ${error}`);
      }
    }

    const read = (n: number) => {
      const path = [
        `/v1/products/${1 + (n % 5)}/reviews`,
        `/v1/products/${1 + (n % 5)}/reviews?sort=newest`,
      ][n % 2]!;
      return ask(path, 200, n % 3 > 0 ? { headers: { 'Cache-Control': 'no-cache' } } : {});
    };
    const vote = (n: number) => ask(`/reviews/${1 + (n % 50)}/helpful`, 204, { method: 'PUT' });
    const write = (headers: Record<string, string>) => {
      const author = { name: 'Writer', email: `writer-${++authors}@example.com` };
      return ask(`/v1/products/restart-${authors % 10}/reviews`, 201, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ rating: 1 + (authors % 5), body: 'Fits.', author }),
      });
    };
    const client = async (act: (n: number) => Promise<void>) => {
      for (let n = 0; !stopping; n += 1) await act(n);
    };
    const done = Promise.all([
      ...Array.from({ length: clients.readers }, () => client(read)),
      ...Array.from({ length: clients.voters }, () => client(vote)),
      ...Array.from({ length: clients.writers }, () => client(() => write({}))),
      ...Array.from({ length: clients.keyedWriters }, () =>
        client(() => write({ 'Idempotency-Key': `key-${authors}` })),
      ),
    ]);
    return {
      answered: () => answered,
      stop: async () => {
        stopping = true;
        await done;
        return { failures, acknowledged };
      },
    };
  }

  async function locationsInDatabase(): Promise<string[]> {
    const client = new Client({ connectionString: stack.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ location: string }>(
      `SELECT format('/v1/products/%s/reviews/%s', product_id, review_id) AS location
       FROM reviews WHERE product_id LIKE 'restart-%'`,
    );
    await client.end();
    return rows.map(({ location }) => location);
  }

  it('lose no read and no write during a rolling restart', async () => {
    const load = startLoad({ readers: 6, voters: 2, writers: 4, keyedWriters: 4 });
    for (const { process: instance } of stack.instances) {
      const before = load.answered();
      await until('requests are answered', () => load.answered() > before + 100);
      await instance.stop(STOP_TIMEOUT_MS);
      await instance.start(RESTART_TIMEOUT_MS, new AbortController().signal);
    }
    const { failures, acknowledged } = await load.stop();

    expect(failures).toEqual([]);
    expect((await locationsInDatabase()).sort()).toEqual(acknowledged.sort());
    expect(stack.endings).toEqual([]);
  });

  it('fail no read, vote or review with a key while each of them is killed, two at a time', async () => {
    const reviewsBefore = (await locationsInDatabase()).length;
    const load = startLoad({ readers: 6, voters: 2, writers: 0, keyedWriters: 6 });
    const [a, b, c, d, e, f] = stack.instances as [
      Instance,
      Instance,
      Instance,
      Instance,
      Instance,
      Instance,
    ];
    for (const pair of [
      [a, b],
      [c, d],
      [e, f],
    ] as const) {
      const before = load.answered();
      await until('requests are answered', () => load.answered() > before + 100);
      for (const { process: instance } of pair) process.kill(instance.pid!, 'SIGKILL');
      for (const { name, url } of pair) {
        await until(`${name} is noticed`, () =>
          stack.endings.some((line) => line.startsWith(`${name} ended`)),
        );
        await until(`${name} is back`, () => answersOk(`${url}/readyz`), RESTART_TIMEOUT_MS);
      }
    }
    const { failures, acknowledged } = await load.stop();

    expect(failures).toEqual([]);
    expect(await locationsInDatabase()).toHaveLength(reviewsBefore + acknowledged.length);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
  });
});
