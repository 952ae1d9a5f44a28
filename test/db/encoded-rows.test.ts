import { Socket } from 'node:net';
import { Pool, type PoolConfig } from 'pg';
import type { EncodedRow } from '../../src/platform/db/statement';
import {
  createTextConnections,
  type TextConnections,
} from '../../src/platform/db/text-connections';
import {
  type BreakableConnection,
  createBreakableConnection,
} from '../support/breakable-connection';
import { createTestDatabase, type TestDatabase } from '../support/database';

const ECHO = { name: 'echo', text: 'SELECT * FROM unnest($1::text[], $2::bigint[])' };
const COUNT_TO_WORD = {
  name: 'count_to_word',
  text: `SELECT CASE WHEN n = 3 THEN ($1 || n)::int ELSE n END FROM generate_series(1, 5) AS n`,
};
const LARGE_THEN_NOTHING = {
  name: 'large_then_nothing',
  text: `SELECT repeat('ü', 100000), CASE WHEN n = 2 THEN pg_sleep(20)::text END FROM generate_series(1, 2) AS n`,
};

const TEXTS = [
  'plain',
  '',
  'NULL',
  'a\nb',
  '{"a":"\\u0000"}',
  'é ÿ Ā',
  'مرحبا بالعالم',
  '👋🏽 👨‍👩‍👧',
  '\u{10ffff}',
  '\ufffd',
];

/** A socket whose bytes arrive in pieces of this size, no matter how the system reads them. */
function arrivingInPieces(size: number): () => Socket {
  return () => {
    const socket = new Socket();
    const push = socket.push.bind(socket);
    socket.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      let wantsMore = true;
      for (let at = 0; at < chunk.length; at += size)
        wantsMore = push(chunk.subarray(at, at + size));
      return wantsMore;
    };
    return socket;
  };
}

const toBytes = (rows: EncodedRow[]) =>
  rows.map((row) =>
    row.map((field) => (field === null ? null : Buffer.from(field.bytes, 'latin1'))),
  );

describe('rows read from the socket', () => {
  let database: TestDatabase;
  const pools: Pool[] = [];
  const opened: TextConnections[] = [];

  function open(config: PoolConfig = {}): TextConnections {
    const pool = new Pool({ connectionString: database.url, max: 1, ...config });
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    pools.push(pool);
    opened.push(createTextConnections(pool));
    return opened.at(-1)!;
  }

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    for (const each of opened) each.close();
    await Promise.all(pools.map((pool) => pool.end()));
    await database?.drop();
  });

  const numbers = TEXTS.map((_, n) => (n % 2 ? n : null));
  const expected = TEXTS.map((text, n) => [Buffer.from(text), n % 2 ? Buffer.from(`${n}`) : null]);

  it.each([1, 2, 3, 5, 7, 64, 1_000_000])(
    'equal the stored bytes, %i bytes at a time',
    async (size) => {
      const connections = open({ stream: arrivingInPieces(size) });
      for (let time = 0; time < 3; time += 1) {
        const rows = await connections.queryEncoded(ECHO, [TEXTS, numbers]);
        expect(toBytes(rows)).toEqual(expected);
        expect(rows.map(([text]) => `${text}`)).toEqual(TEXTS);
      }
    },
  );

  it('may be longer than one read', async () => {
    const long = '🎈é'.repeat(100_000);
    const rows = await open().queryEncoded(ECHO, [
      ['before', long, 'after'],
      [1, 2, 3],
    ]);
    expect(rows.map(([text]) => `${text}`)).toEqual(['before', long, 'after']);
  });

  it.each([1, 1_000_000])(
    'leave text rows to other queries on the same connection, %i bytes at a time',
    async (size) => {
      const connections = open({ stream: arrivingInPieces(size) });
      for (let time = 0; time < 2; time += 1) {
        const [encoded, text] = await Promise.all([
          connections.queryEncoded(ECHO, [TEXTS, numbers]),
          connections.queryText(ECHO, [TEXTS, numbers]),
        ]);
        expect(toBytes(encoded)).toEqual(expected);
        expect(text.map(([each]) => each)).toEqual(TEXTS);
      }
    },
  );

  it.each([1, 1_000_000])(
    'end at an error, which rejects the query unchanged, %i bytes at a time',
    async (size) => {
      const connections = open({ stream: arrivingInPieces(size) });
      await expect(connections.queryEncoded(COUNT_TO_WORD, ['é👋'])).rejects.toMatchObject({
        code: '22P02',
        message: expect.stringContaining('"é👋3"'),
      });
      expect(toBytes(await connections.queryEncoded(ECHO, [TEXTS, numbers]))).toEqual(expected);
      expect((await connections.queryEncoded(COUNT_TO_WORD, [''])).map(([n]) => n?.bytes)).toEqual([
        '1',
        '2',
        '3',
        '4',
        '5',
      ]);
    },
  );

  it('leave the server messages between them to pg', async () => {
    const connections = open();
    const said: (string | undefined)[] = [];
    pools
      .at(-1)!
      .on('connect', (client) => client.on('notice', ({ message }) => said.push(message)));
    await pools
      .at(-1)!
      .query(
        "CREATE FUNCTION say(n bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'é%', n; RETURN n; END $$",
      );
    const statement = { name: 'say', text: 'SELECT say(n) FROM unnest($1::bigint[]) AS n' };
    const rows = await connections.queryEncoded(statement, [[1, 2, 3]]);
    expect([rows.map(([n]) => n?.bytes), said]).toEqual([
      ['1', '2', '3'],
      ['é1', 'é2', 'é3'],
    ]);
  });

  it('fail when the connection is lost in the middle of a row, and the next statement uses another', async () => {
    const line: BreakableConnection = await createBreakableConnection(database.url);
    const arrived = Promise.withResolvers<void>();
    const counted = () => {
      const socket = new Socket();
      const push = socket.push.bind(socket);
      let bytes = 0;
      socket.push = (chunk: Buffer | null) => {
        bytes += chunk?.length ?? 0;
        if (bytes > 100_000) arrived.resolve(); // half of the first row
        return push(chunk);
      };
      return socket;
    };
    const connections = open({ connectionString: line.url, stream: counted });
    const lost = expect(connections.queryEncoded(LARGE_THEN_NOTHING, [])).rejects.toThrow(
      /terminated|ECONNRESET/,
    );
    await arrived.promise;
    await line.cut();
    await lost;
    await line.mend();
    expect(toBytes(await connections.queryEncoded(ECHO, [TEXTS, numbers]))).toEqual(expected);
    for (const each of opened.splice(opened.indexOf(connections), 1)) each.close();
    await line.cut();
  });
});
