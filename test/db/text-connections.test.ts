import { setImmediate as endOfJob } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool, type PoolClient } from 'pg';
import {
  createTextConnections,
  type TextConnections,
} from '../../src/platform/db/text-connections';
import { createTestDatabase, type TestDatabase } from '../support/database';

const ECHO = {
  name: 'echo',
  text: 'SELECT * FROM unnest($1::text[], $2::bigint[], $3::boolean[])',
};
const WHO = { name: 'who', text: 'SELECT pg_backend_pid(), pg_sleep($1::float8)' };
const DIVIDE = { name: 'divide', text: 'SELECT 1 / $1::int' };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Asked {
  callback(...answer: unknown[]): void;
}

describe('kept connections', () => {
  let database: TestDatabase;
  let pool: Pool;
  let connections: TextConnections;
  /** The most statements that a client had at the same time; pg 9 will refuse a second one. */
  let mostAtOnce = 0;
  const queries: Asked[] = [];

  function countAtOnce(client: PoolClient): void {
    let underWay = 0;
    const send = client.query.bind(client) as (query: Asked) => unknown;
    const query = (asked: Asked) => {
      queries.push(asked);
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      const { callback } = asked;
      asked.callback = (...answer) => {
        underWay -= 1;
        callback(...answer);
      };
      return send(asked);
    };
    Object.assign(client, { query });
  }

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      client.on('error', () => {});
      countAtOnce(client);
    });
    connections = createTextConnections(pool);
  });
  afterAll(async () => {
    connections?.close();
    await pool?.end();
    await database?.drop();
  });

  const pid = async (seconds = 0) => (await connections.queryText(WHO, [seconds]))[0]![0]!;

  it('send and return any text unchanged', async () => {
    const texts = [
      'plain',
      '',
      'NULL',
      'say "hi"',
      'back\\slash\\"',
      '{a,b}',
      "it's",
      'مرحبا 👋🏽',
      null,
    ];
    const numbers = texts.map((_, n) => (n % 2 ? n : `${n}`));
    const flags = texts.map((_, n) => (n % 3 ? n % 2 === 0 : null));
    await expect(connections.queryText(ECHO, [texts, numbers, flags])).resolves.toEqual(
      texts.map((text, n) => [text, `${n}`, n % 3 ? (n % 2 ? 'f' : 't') : null]),
    );
  });

  it('are reused for statements in a row, and never exceed the pool', async () => {
    const first = await pid();
    await expect(pid()).resolves.toBe(first);
    const pids = await Promise.all(Array.from({ length: 8 }, () => pid(0.02)));
    expect(new Set(pids).size).toBe(2);
    expect(pool.totalCount).toBe(2);
    expect(mostAtOnce).toBe(1);
  });

  it('fail only the statement that fails', async () => {
    const outcomes = await Promise.allSettled(
      [3, 0, 1].map((by) => connections.queryText(DIVIDE, [by])),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(connections.queryText(DIVIDE, [1])).resolves.toEqual([['1']]);
  });

  it('reuse a statement whose first execution failed', async () => {
    const firstOfAll = { name: 'first_of_all', text: 'SELECT 2 / $1::int' };
    const onBoth = (by: number) =>
      Promise.allSettled([by, by].map((each) => connections.queryText(firstOfAll, [each])));
    for (const { status } of await onBoth(0)) expect(status).toBe('rejected');
    for (const outcome of await onBoth(1))
      expect(outcome).toEqual({ status: 'fulfilled', value: [['2']] });
  });

  it('return the rows of several commands in their order, prepared or not', async () => {
    const commands = [1, 2, 3, 2].map((n) => ({
      statement: {
        name: `number_${n}`,
        text: `SELECT ${n}, $1::text FROM generate_series(1, ${n})`,
      },
      values: [`${n}`],
    }));
    for (let round = 0; round < 3; round += 1)
      expect(await connections.queryCommands(commands)).toEqual(
        [1, 2, 2, 3, 3, 3, 2, 2].map((n) => [`${n}`, `${n}`]),
      );
  });

  it('lose all commands that go together if one fails, and go on', async () => {
    const divide = (by: number) => ({ statement: DIVIDE, values: [by] });
    const echo = { statement: ECHO, values: [['a'], [1], [true]] };
    await expect(connections.queryCommands([divide(1), divide(0), echo])).rejects.toThrow(/zero/);
    expect(await connections.queryCommands([divide(1), echo])).toEqual([['1'], ['a', '1', 't']]);
  });

  it('keep a bounded number of prepared statements, those used last', async () => {
    const alone = new Pool({ connectionString: database.url, max: 1 });
    const bounded = createTextConnections(alone);
    const ask = (n: number) =>
      bounded.queryText({ name: `n_${n}`, text: `SELECT ${n}, $1::int` }, [n]);
    const kept = async () => {
      const statement = {
        name: 'kept',
        text: `SELECT name FROM pg_prepared_statements WHERE name LIKE 'text_n_%'`,
      };
      return (await bounded.queryText(statement, [])).map(([name]) => name);
    };
    for (let n = 1; n <= 1_000; n += 1) {
      expect(await ask(n)).toEqual([[`${n}`, `${n}`]]);
      await ask(1); // is always used again
    }
    const names = await kept();
    expect(names.length).toBeGreaterThan(100);
    expect(names.length).toBeLessThan(999);
    expect(names).toEqual(expect.arrayContaining(['text_n_1', 'text_n_1000']));
    expect(names).not.toContain('text_n_2');
    expect(await ask(2)).toEqual([['2', '2']]);
    bounded.close();
    await alone.end();
  });

  it('keep no reference from a finished statement to its rows, because pg may keep the statement', async () => {
    const ask = async () => new WeakRef(await connections.queryText(ECHO, [['text'], [1], [true]]));
    const rows = await ask();
    await endOfJob(); // a WeakRef holds its target until the job ends
    collectGarbage();
    expect(queries.length).toBeGreaterThan(0);
    expect(rows.deref()).toBeUndefined();
  });

  it('are replaced after the server has ended them', async () => {
    const [before, during] = [await pid(), connections.queryText(WHO, [10])];
    const other = new Pool({ connectionString: database.url, max: 1 });
    await other.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await other.end();
    await expect(during).rejects.toThrow(/terminat/);
    const after = await pid()
      .catch(() => pid())
      .catch(() => pid()); // the other connection may not know yet that it has ended
    expect(after).not.toBe(before);
  });
});
