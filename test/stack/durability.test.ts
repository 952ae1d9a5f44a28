import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../scripts/local/embedded-postgres';
import { freePorts } from '../../scripts/local/free-ports';
import { answersOk } from '../../scripts/local/http-readiness';
import { migrate } from '../../src/platform/db/migrate';
import {
  type BreakableConnection,
  createBreakableConnection,
} from '../support/breakable-connection';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { type Stack, startStack } from '../support/stack';
import { temporaryFolder } from '../support/temporary-folder';

const WRITERS = 16;
const HOT_PRODUCTS = 10;
/**
 * PostgreSQL runs with every setting that makes a commit durable, because an acknowledged write must
 * survive the next crash.
 */
const DURABLE_SETTINGS =
  'max_connections = 100\nshared_buffers = 64MB\nfsync = on\nsynchronous_commit = on\n';

describeWith('nginx', 'a review that got 201', () => {
  let folder: string;
  let port: number;
  let postgres: EmbeddedPostgres;
  let connection: BreakableConnection;
  let stack: Stack;

  beforeAll(async () => {
    folder = temporaryFolder('durability');
    [port] = (await freePorts(1)) as [number];
    postgres = await startPostgres();
    await migrate(postgres.url());
    connection = await createBreakableConnection(postgres.url());
    stack = await startStack(0, async () => ({ url: connection.url, drop: async () => {} }));
  });
  afterAll(async () => {
    await stack?.stop();
    await connection?.cut();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function startPostgres(): Promise<EmbeddedPostgres> {
    return startEmbeddedPostgres({
      dataDir: path.join(folder, 'data'),
      port,
      settings: DURABLE_SETTINGS,
      logFile: path.join(folder, 'postgres.log'),
    });
  }

  /**
   * Clients that post one review after the other, and repeat each under its key until they get 201.
   *
   * @param urlFor the target of a writer: Nginx, which sends writes to two instances while they
   * accept them, or an instance itself
   */
  function startWriters(urlFor: (writer: number) => string) {
    const acknowledged = new Map<string, string>();
    let unanswered = 0;
    let stopping = false;

    async function submitUntilAcknowledged(writer: number, n: number): Promise<void> {
      const key = `writer-${writer}-${n}`;
      const product = `hot-${(writer + n) % HOT_PRODUCTS}`;
      const body = JSON.stringify({
        rating: 1 + (n % 5),
        body: `Written as ${key}.`,
        characteristics: { Fit: 1 + (n % 5) },
        author: { name: 'Writer', email: `${key}@example.com` },
      });
      for (;;) {
        const response = await post(urlFor(writer), product, key, body);
        if (response?.status === 201) {
          acknowledged.set(key, response.headers.get('location')!);
          return;
        }
        if (response && response.status < 500)
          throw new Error(`${key}: ${response.status} ${await response.text()}`);
        unanswered += 1;
        await sleep(20);
      }
    }

    async function write(writer: number): Promise<void> {
      for (let n = 0; !stopping; n += 1) await submitUntilAcknowledged(writer, n);
    }

    const done = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    return {
      acknowledged,
      unanswered: () => unanswered,
      /** Waits until `count` more reviews are acknowledged: the service works again. */
      more: (count: number) => {
        const goal = acknowledged.size + count;
        return until(
          `${count} more reviews are acknowledged`,
          () => acknowledged.size >= goal,
          60_000,
        );
      },
      stop: () => {
        stopping = true;
        return done;
      },
    };
  }

  /** null: no response came. */
  async function post(
    url: string,
    product: string,
    key: string,
    body: string,
  ): Promise<Response | null> {
    try {
      return await fetch(`${url}/v1/products/${product}/reviews`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body,
      });
    } catch {
      return null;
    }
  }

  /**
   * Repeats requests that got 503 for overload, as a client does: a busy machine is no error.
   * @returns the first other response
   */
  async function untilAdmitted(url: string, request: RequestInit): Promise<Response> {
    for (;;) {
      const response = await fetch(url, request);
      if (response.status !== 503 || response.headers.get('retry-after') !== '1') return response;
      await response.arrayBuffer();
      await sleep(1_000);
    }
  }

  it('is stored exactly once, through killed instances, a crashed database and a cut network', async () => {
    const writers = startWriters(() => stack.url);
    await writers.more(100);

    for (const { process: instance } of stack.instances) {
      process.kill(instance.pid!, 'SIGKILL');
      await writers.more(40);
    }

    process.kill(postgres.pid, 'SIGQUIT'); // ends without a checkpoint, as a crash does
    await postgres.exited;
    await until('a writer notices', () => writers.unanswered() > 0);
    postgres = await startPostgres();
    await writers.more(100);

    const before = writers.unanswered();
    await connection.cut();
    await until('a writer notices', () => writers.unanswered() > before);
    await connection.mend();
    await writers.more(100);
    await writers.stop();
    // No instance ended because of its database.
    const killed = stack.instances.map(({ name }) =>
      expect.stringMatching(`^${name} ended by itself \\(SIGKILL\\)`),
    );
    expect(stack.endings).toEqual(killed);

    const client = new Client({ connectionString: postgres.url() });
    await client.connect();
    const { rows } = await client.query<{ location: string; key: string }>(`
      SELECT format('/v1/products/%s/reviews/%s', product_id, review_id) AS location,
             split_part(author_email, '@', 1) AS key
      FROM reviews`);
    expect(rows).toHaveLength(writers.acknowledged.size);
    expect(new Map(rows.map(({ key, location }) => [key, location]))).toEqual(writers.acknowledged);

    const drift = await client.query(`
      SELECT * FROM product_summaries_recounted
      EXCEPT
      SELECT product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no,
             verified_count, photo_count, characteristics
      FROM product_summaries`);
    expect(drift.rows).toEqual([]);
    await client.end();
  });

  it('causes no deadlock among concurrent reviews, votes and reports on ten products at all six instances', async () => {
    for (const { name, url } of stack.instances)
      await until(`${name} is up again`, () => answersOk(`${url}/readyz`));
    const instanceFor = (n: number) => stack.instances[n % stack.instances.length]!.url;
    const writers = startWriters(instanceFor);
    await writers.more(50);
    const voted = [...writers.acknowledged.values()].slice(-30);
    const storm = Array.from({ length: 600 }, (_, n) => {
      const isReport = n % 10 === 0;
      return untilAdmitted(
        `${instanceFor(n)}${voted[n % voted.length]}/${isReport ? 'reports' : 'vote'}`,
        {
          method: isReport ? 'POST' : 'PUT',
          headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `198.18.${n % 250}.1` },
          body: JSON.stringify(isReport ? { reason: 'spam' } : { helpful: n % 3 > 0 }),
        },
      );
    });
    const answers = await Promise.all(storm);
    await writers.stop();

    const unexpected = answers.filter(({ status }) => ![200, 201, 404].includes(status)); // 404: the reports have hidden it
    expect(await Promise.all(unexpected.map((answer) => answer.text()))).toEqual([]);
    const client = new Client({ connectionString: postgres.url() });
    await client.connect();
    const { rows } = await client.query(
      'SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database',
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
    await client.end();
  });
});
