import { rmSync } from 'node:fs';
import { Client } from 'pg';
import supertest from 'supertest';
import { compose, type Service } from '../../src/compose';
import { parseConfig } from '../../src/platform/config';
import { migrate } from '../../src/platform/db/migrate';
import { createLogger } from '../../src/platform/telemetry/logger';
import { FIND_SUMMARIES_STATEMENT } from '../../src/summaries/summary-repository';
import { until } from '../support/poll';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/standby';
import { temporaryFolder } from '../support/temporary-folder';

const INSTANCE = 'over-replicas';
const FRESH = { 'Cache-Control': 'no-cache' };

describe('with a streaming replica', () => {
  let folder: string;
  let servers: ReplicatedPostgres;
  let service: Service;
  let primary: Client;
  let standby: Client;

  beforeAll(async () => {
    folder = temporaryFolder('replicas');
    servers = await startReplicatedPostgres(folder, migrate);
    const config = parseConfig({
      DATABASE_URL: servers.primary.url(),
      DATABASE_REPLICA_URLS: servers.standby.url(),
      INSTANCE_NAME: INSTANCE,
      THROTTLE: 'off',
    });
    service = await compose(config, createLogger('silent', INSTANCE));
    primary = await connect(servers.primary.url());
    standby = await connect(servers.standby.url());
    await until('the replica is read from', isReplicaRead);
  });
  afterAll(async () => {
    await service?.close();
    await primary?.end().catch(() => {});
    await standby?.end().catch(() => {});
    await servers?.standby.stop();
    await servers?.primary.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function connect(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on('error', () => {}); // the tests stop servers
    await client.connect();
    return client;
  }

  /**
   * When the service's sessions on a server last ran the summaries' statement; null: never, or in a
   * session that is gone.
   */
  async function lastReadAt(server: Client): Promise<string | null> {
    const { rows } = await server.query<{ at: string | null }>(
      `SELECT max(query_start)::text AS at FROM pg_stat_activity
       WHERE application_name = $1 AND starts_with(query, $2)`,
      [INSTANCE, FIND_SUMMARIES_STATEMENT.text.slice(0, 500)], // activity keeps 1 kB of it
    );
    return rows[0]!.at;
  }

  async function isReplicaRead(): Promise<boolean> {
    const before = await lastReadAt(standby);
    await readSummary('any').expect(200);
    return (await lastReadAt(standby)) !== before;
  }

  const readSummary = (productId: string, headers: Record<string, string> = {}) =>
    supertest(service.listener).get(`/v1/products/${productId}/summary`).set(headers);

  async function countOf(productId: string, headers: Record<string, string> = {}): Promise<number> {
    const { body } = await readSummary(productId, headers).expect(200);
    return body.count;
  }

  async function metric(name: string): Promise<number> {
    const { text } = await supertest(service.app).get('/metrics').expect(200);
    return Number(
      new RegExp(`^starling_${name}\\{replica="replica-1"\\} (.*)$`, 'm').exec(text)?.[1],
    );
  }

  let authors = 0;
  function submit(productId: string) {
    authors += 1;
    const author = { name: 'Ada', email: `author-${authors}@example.com` };
    return supertest(service.listener)
      .post(`/v1/products/${productId}/reviews`)
      .send({ rating: 5, body: 'It works.', author });
  }

  /** Reads in turn until `stop` is called. @returns the statuses other than 200 */
  function keepReading() {
    const failures: number[] = [];
    let stopping = false;
    const reading = (async () => {
      while (!stopping) {
        const { status } = await readSummary('any');
        if (status !== 200) failures.push(status);
      }
    })();
    return async () => {
      stopping = true;
      await reading;
      return failures;
    };
  }

  it('sends public reads to the replica alone', async () => {
    // On a busy machine a probe or a response may be late, and the instance reads from the primary
    // meanwhile.
    await until('a read goes to the replica and to nobody else', async () => {
      const before = await lastReadAt(primary);
      const failedBefore = await metric('replica_failed_reads_total');
      if (!(await isReplicaRead())) return false;
      if ((await metric('replica_failed_reads_total')) > failedBefore) return false;
      return (await lastReadAt(primary)) === before && (await metric('replica_read')) === 1;
    });
  });

  it('shows users their own write on the next read, from the primary, however far the replica is behind', async () => {
    await standby.query('SELECT pg_wal_replay_pause()');
    try {
      const { headers } = await submit('written').expect(201);
      const cookie = headers['set-cookie']![0]!.split(';')[0]!;

      expect(await countOf('written', { Cookie: `theme=dark; ${cookie}` })).toBe(1);
      await submit('written').expect(201);
      expect(await countOf('written', FRESH)).toBe(2);
    } finally {
      await standby.query('SELECT pg_wal_replay_resume()');
    }
  });

  it.each([
    ['a first page', '101', '/v1/products/101/reviews'],
    ['another listing', '102', '/v1/products/102/reviews?sort=newest'],
    ['one review', '103', '/v1/products/103/reviews/:review_id'],
    ['a batch of summaries', '104', '/v1/summaries?product_ids=104'],
    ['a listing of the legacy contract', '105', '/reviews?product_id=105'],
    ['a summary of the legacy contract', '106', '/reviews/meta?product_id=106'],
  ])('reads %s from the primary for a client that has just written', async (_, product, path) => {
    await until('the replica is read from', isReplicaRead);
    await standby.query('SELECT pg_wal_replay_pause()');
    try {
      const { body } = await submit(product).expect(201);
      const { text } = await supertest(service.listener)
        .get(path.replace(':review_id', body.review_id))
        .set(FRESH)
        .expect(200);
      expect(text).toMatch(/"rating":5|"5":"?1/); // the review, or the histogram that counts it
    } finally {
      await standby.query('SELECT pg_wal_replay_resume()');
    }
  });

  it('does not use a replica that is behind, and uses it again after it has caught up', async () => {
    await standby.query('SELECT pg_wal_replay_pause()');
    await submit('late').expect(201);
    await until('everybody sees the review', async () => (await countOf('late')) === 1);
    expect(await isReplicaRead()).toBe(false);
    expect(await metric('replica_read')).toBe(0);

    await standby.query('SELECT pg_wal_replay_resume()');
    await until('the replica is read from', isReplicaRead);
    expect(await countOf('late')).toBe(1);
  });

  it('stores a first page that it rendered from the replica on the primary', async () => {
    await submit('stored').expect(201);
    await until('the review is on the replica', async () => (await countOf('stored')) === 1);
    for (let reads = 0; reads < 2; reads += 1)
      await supertest(service.listener).get('/v1/products/stored/reviews').expect(200);

    await until('the page is stored', async () => {
      const { rows } = await primary.query(
        `SELECT page FROM product_pages WHERE product_id = 'stored'`,
      );
      return rows.length === 1;
    });
  });

  it('fails no read when the replica dies, and uses it again when it is back', async () => {
    const stopReading = keepReading();
    process.kill(servers.standby.pid, 'SIGQUIT'); // as in a crash, the sessions are cut off
    await servers.standby.exited;
    await until('the primary is read', async () => (await lastReadAt(primary)) !== null);
    const before = await lastReadAt(primary);
    await until('the primary is read on', async () => (await lastReadAt(primary)) !== before);

    servers.standby = await servers.startStandby();
    standby = await connect(servers.standby.url());
    await until('the replica is read from', async () => (await lastReadAt(standby)) !== null);
    expect(await stopReading()).toEqual([]);
    expect(await metric('replica_failed_reads_total')).toBeGreaterThan(0);
  });

  it('fails no read when the replica hangs', async () => {
    const { rows } = await standby.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
      [INSTANCE],
    );
    const hung = [servers.standby.pid, ...rows.map(({ pid }) => pid)];
    const before = await lastReadAt(primary);
    const stopReading = keepReading();
    for (const pid of hung) process.kill(pid, 'SIGSTOP');
    try {
      await until('the primary is read', async () => (await lastReadAt(primary)) !== before);
    } finally {
      for (const pid of hung) process.kill(pid, 'SIGCONT');
    }
    await until('the replica is read from', isReplicaRead);
    expect(await stopReading()).toEqual([]);
  });

  it('serves reads while the primary is away, but no writes and no fresh reads', async () => {
    await servers.primary.stop();
    const longAfterMs = performance.now() + 2_000; // longer than the lag that a replica may have
    await until('a read is answered long after', async () => {
      const { status } = await readSummary('late');
      return status === 200 && performance.now() > longAfterMs;
    });

    expect(await countOf('late')).toBe(1);
    await readSummary('late', FRESH).expect(503);
    await submit('late').expect(503);

    servers.primary = await servers.startPrimary();
    await until('a write is answered', async () => (await submit('again')).status === 201);
    await until('it is on the replica', async () => (await countOf('again')) === 1);
    await until('the replica is read from', isReplicaRead);
  });
});
