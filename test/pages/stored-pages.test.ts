import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Client } from 'pg';
import supertest from 'supertest';
import { connect, type Ended } from '../seed/seeder';
import { createTestApi, type TestApi } from '../support/api';
import { until } from '../support/poll';

const MAIN = path.resolve(__dirname, '../../dist/scripts/pages/main.js');
const FRESH = { 'Cache-Control': 'no-cache' };
const EMOJI = 'Schön! مرحبا 👋🏽 👨‍👩‍👧 \u{10ffff} "\\" \u2028 <b>';

let api: TestApi;
let gate: Client;
let moderator: string;
let store: string;

beforeAll(async () => {
  api = await createTestApi({ THROTTLE: 'off' });
  gate = await connect(api.databaseUrl);
  moderator = `Bearer ${await api.makeKey('moderate')}`;
  store = `Bearer ${await api.makeKey('write')}`;
});
afterAll(async () => {
  await gate.end();
  await api.close();
});

/** The compiled `npm run pages`. */
function startPages(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, DATABASE_URL: api.databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
  return { child, ended };
}

interface Written {
  review_id: number;
  location: string;
}

async function write(product: string, changes: Record<string, unknown> = {}): Promise<Written> {
  const { headers, body } = await api.submit(product, changes).expect(201);
  return { ...body, location: headers.location };
}

async function reject(product: string, { review_id }: Written): Promise<void> {
  await supertest(api.app)
    .post('/v1/moderation/decisions')
    .set('Authorization', moderator)
    .send({ decisions: [{ review_id, product_id: product, decision: 'reject', reason: 'test' }] })
    .expect(200);
}

async function writeProducts(): Promise<void> {
  await reject('none', await write('none'));
  for (const [product, count] of Object.entries({ one: 1, ten: 10, eleven: 11, many: 30 })) {
    for (let n = 1; n <= count; n += 1)
      await write(product, { title: `${n}`, rating: 1 + (n % 5) });
  }
  await write('one-more', { body: EMOJI, title: 'é' });
  await write('many', { body: 'see http://spam.example' }); // waits for a moderator
  const voted = await write('many', { characteristics: { Fit: 4 }, recommended: true });
  for (const actor of ['ann', 'ben', 'cem'])
    await supertest(api.app)
      .put(`${voted.location}/vote`)
      .set({ Authorization: store, 'Starling-Actor': actor })
      .send({ helpful: actor !== 'cem' })
      .expect(200);
  await supertest(api.app)
    .put(`/v1/products/many/reviews/${voted.review_id}/response`)
    .set('Authorization', moderator)
    .send({ body: `Thank you! ${EMOJI}` })
    .expect(200);
}

async function storedPages() {
  const { rows } = await api.sql.query<{ product_id: string; version: string; page: string }>(
    'SELECT product_id, version, page FROM product_pages ORDER BY product_id',
  );
  return rows;
}

/** A page is stored in the background after a read. */
async function storeByReading(products: readonly string[]): Promise<void> {
  for (const product of products) {
    await until(`the page of ${product} is stored`, async () => {
      await api.get(`/v1/products/${product}/reviews`, FRESH).expect(200);
      return (await storedPages()).some(({ product_id }) => product_id === product);
    });
  }
}

async function lockPages(): Promise<void> {
  await gate.query('BEGIN; LOCK TABLE product_pages IN SHARE MODE'); // readers pass, writers wait
}

async function untilPagesWait(): Promise<void> {
  await until('the command waits', async () => {
    const { rowCount } = await api.sql.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'starling-pages'
       AND wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return rowCount! > 0;
  });
}

describe('npm run pages', () => {
  const PRODUCTS = ['eleven', 'many', 'none', 'one', 'one-more', 'ten'];

  beforeAll(writeProducts);

  it('stores for every product the very bytes and version that an instance stores', async () => {
    await storeByReading(PRODUCTS);
    const byInstance = await storedPages();
    expect(byInstance.map(({ product_id }) => product_id)).toEqual(PRODUCTS);
    const reviewsOf = (page: string) => JSON.parse(page).reviews.length;
    expect(byInstance.map(({ page }) => reviewsOf(page))).toEqual([10, 10, 0, 1, 1, 10]);
    await api.sql.query('TRUNCATE product_pages');

    expect(await startPages('--quiet').ended).toEqual({ code: 0, stdout: '', stderr: '' });

    expect(await storedPages()).toEqual(byInstance);
  });

  it('leaves the pages marked as visible to all, and stores nothing when run again', async () => {
    const { rows } = await api.sql.query(
      `SELECT relpages > 0 AND relpages = relallfrozen AS frozen FROM pg_class WHERE relname = 'product_pages'`,
    );
    expect(rows).toEqual([{ frozen: true }]);
    expect(JSON.parse((await startPages('--json').ended).stdout)).toMatchObject({ pages: 0 });
    expect((await startPages().ended).stdout).toBe(
      'the first page of every product is stored already\n',
    );
  });

  it('stores only what is missing, stale or emptied, and no page over a newer one', async () => {
    const before = await storedPages();
    await api.sql.query(`
      DELETE FROM product_pages WHERE product_id = 'one';
      UPDATE product_pages SET version = version - 1, page = '' WHERE product_id = 'ten';
      UPDATE product_pages SET version = version + 7, page = 'newer' WHERE product_id = 'many'`);

    expect(JSON.parse((await startPages('--json').ended).stdout).pages).toBe(3);

    const changed = (await storedPages()).filter(({ product_id }) => product_id === 'many');
    expect(changed).toMatchObject([{ page: 'newer' }]);
    expect((await storedPages()).filter(({ product_id }) => product_id !== 'many')).toEqual(
      before.filter(({ product_id }) => product_id !== 'many'),
    );
    await api.sql.query(`DELETE FROM product_pages WHERE product_id = 'many'`);
  });

  it('shows a review that was written while its product’s page was stored', async () => {
    await api.sql.query('TRUNCATE product_pages');
    await lockPages();
    const { ended } = startPages('--quiet');
    await untilPagesWait(); // it has listed the reviews
    const late = await write('one', { title: 'late' });
    await gate.query('COMMIT');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });

    const { body } = await api.get('/v1/products/one/reviews', FRESH).expect(200);
    expect(body.reviews).toHaveLength(2);
    expect(body.reviews[0].review_id).toBe(late.review_id);
  });

  it('continues after kill -9, and after Ctrl-C, which ends it with one line and code 130', async () => {
    await api.sql.query('TRUNCATE product_pages');
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      await lockPages();
      const { child, ended } = startPages('--quiet');
      await untilPagesWait();
      child.kill(signal);
      if (signal === 'SIGKILL') await ended;
      await gate.query('COMMIT');
      if (signal === 'SIGINT')
        expect(await ended).toEqual({
          code: 130,
          stdout: '',
          stderr: 'starling: Stopped; the same command stores the pages that are left\n',
        });
      await api.sql.query('TRUNCATE product_pages');
    }

    expect(await startPages('--quiet').ended).toMatchObject({ code: 0, stderr: '' });
    expect(await storedPages()).toHaveLength(PRODUCTS.length);
  });
});
