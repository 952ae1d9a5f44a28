import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import { connect } from '../seed/seeder';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import { CLASSIC_HEADER, classicRow, exportFolder, runImporter, startImporter } from './importer';

let database: TestDatabase;
let client: Client;
/** Holds a table that an import needs at its end. */
let gate: Client;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
  gate = await connect(database.url);
});
afterEach(async () => {
  await client.end();
  await gate.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const SECRET = 'zebra-crossing';
const REVIEWS = [
  CLASSIC_HEADER,
  ...[1, 2, 3].map((id) =>
    classicRow(id, {
      reviewer_name: SECRET,
      reviewer_email: `${SECRET}-${id}@example.com`,
      body: SECRET,
    }),
  ),
];
const run = (...args: string[]) => runImporter(args, database.url);

/** Tables of any schema and session in which the word occurs. */
async function tablesWithSecret(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
     WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
       AND nspname NOT LIKE 'pg_temp%'`,
  );
  const { rows: temporary } = await client.query(
    `SELECT relname FROM pg_class WHERE relname LIKE 'staged%' AND relkind = 'r'`,
  );
  const found = temporary.map(({ relname }) => relname as string);
  for (const { name } of rows) {
    const { rowCount } = await client.query(
      `SELECT FROM ${name} AS t WHERE t::text LIKE $1 LIMIT 1`,
      [`%${SECRET}%`],
    );
    if (rowCount) found.push(name);
  }
  return found;
}

describe('an import that fails leaves nothing in the database', () => {
  it('when a second file has a bad header', async () => {
    folder = exportFolder({
      'reviews.csv': REVIEWS,
      'reviews_photos.csv': ['id,url', '1,https://x.example/1'],
    });
    expect(await run('classic', folder)).toEqual({
      code: 1,
      stdout: '',
      stderr: `starling: ${path.join(folder, 'reviews_photos.csv')} has no column review_id\n`,
    });
    expect(await tablesWithSecret()).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['reviews.csv', 'reviews_photos.csv']);
  });

  it.each([
    ['SIGKILL', { code: null, signal: 'SIGKILL', stderr: '' }],
    ['SIGINT', { code: 130, signal: null, stderr: 'starling: Stopped; nothing was imported\n' }],
    ['SIGTERM', { code: 130, signal: null, stderr: 'starling: Stopped; nothing was imported\n' }],
  ] as const)('when it gets a %s while it writes', async (signal, ended) => {
    folder = exportFolder({ 'reviews.csv': REVIEWS });
    await gate.query('BEGIN; LOCK TABLE product_summaries IN ACCESS EXCLUSIVE MODE');
    const importer = startImporter(['classic', folder], database.url);
    await untilItWaits();
    importer.child.kill(signal);
    expect(await importer.ended).toMatchObject(ended);
    await gate.query('COMMIT');
    await untilItsSessionsEnd();
    expect(await tablesWithSecret()).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(['reviews.csv']);

    expect((await run('classic', folder)).stdout).toContain('3 reviews imported, with their ids');
  });

  it('when the server ends its sessions', async () => {
    folder = exportFolder({ 'reviews.csv': REVIEWS });
    await gate.query('BEGIN; LOCK TABLE product_summaries IN ACCESS EXCLUSIVE MODE');
    const importer = startImporter(['classic', folder], database.url);
    await untilItWaits();
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'starling-import' AND datname = current_database()`,
    );
    await gate.query('COMMIT');
    const { code, stderr } = await importer.ended;
    expect([code, stderr.split('\n').length]).toEqual([1, 2]);
    await untilItsSessionsEnd();
    expect(await tablesWithSecret()).toEqual([]);
  });

  it('not even what an earlier version left: the next migration drops it', async () => {
    // As 0.1 left it; the template has the migration already, so it is taken back here.
    await client.query(`CREATE SCHEMA importing; CREATE TABLE importing.reviews (body text);
      INSERT INTO importing.reviews VALUES ('${SECRET}');
      DELETE FROM schema_migrations WHERE name = '0043-no-import-leftovers.sql'`);
    folder = exportFolder({});
    expect(await run('classic', folder)).toMatchObject({ code: 1 });
    folder = exportFolder({ 'reviews.csv': [CLASSIC_HEADER, classicRow(1)] });
    expect(await run('classic', folder)).toMatchObject({ code: 0 });
    expect(await tablesWithSecret()).toEqual([]);
  });

  async function untilItWaits(): Promise<void> {
    await until('the import waits', async () => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity
         WHERE application_name = 'starling-import' AND datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount! > 0;
    });
  }

  async function untilItsSessionsEnd(): Promise<void> {
    await until('its sessions have ended', async () => {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'starling-import' AND datname = current_database()`,
      );
      return rowCount === 0;
    });
  }
});

it('reports the import when Ctrl-C stops the storing of first pages after it', async () => {
  folder = exportFolder({ 'reviews.csv': [CLASSIC_HEADER, classicRow(1)] });
  await gate.query('BEGIN; LOCK TABLE product_pages IN SHARE MODE'); // readers pass, writers wait
  const importer = startImporter(['classic', folder], database.url);
  await until('the page is about to be stored', async () => {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity
       WHERE application_name = 'starling-pages' AND datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount! > 0;
  });
  importer.child.kill('SIGINT');
  await gate.query('COMMIT');

  expect(await importer.ended).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^1 reviews imported.*\nnot all first pages are stored \(stopped\): npm run pages stores the others\n$/,
    ),
    stderr: '',
  });
});

it('a review that its author posts during the import stays, and that of the file is refused', async () => {
  const email = 'ada@example.com';
  folder = exportFolder({
    'reviews.csv': [CLASSIC_HEADER, classicRow(1, { reviewer_email: email }), classicRow(2)],
    'reviews_photos.csv': [
      'id,review_id,url',
      '1,1,https://x.example/1',
      '2,2,https://x.example/2',
    ],
  });
  await gate.query('BEGIN; LOCK TABLE characteristics IN SHARE MODE'); // it has looked for authors by then
  const { ended } = startImporter(['classic', folder], database.url);
  await until('the import waits', async () => {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity
       WHERE application_name = 'starling-import' AND datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount! > 0;
  });
  await client.query(
    `INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
     VALUES ('2', now(), 'pending', 5, $1, '{}')`,
    [email],
  );
  await gate.query('COMMIT');

  expect(await ended).toMatchObject({ code: 0, stderr: '' });
  const { rows } = await client.query(
    'SELECT author_email, photo_count FROM reviews ORDER BY photo_count',
  );
  expect(rows).toEqual([
    { author_email: email, photo_count: 0 },
    { author_email: null, photo_count: 1 },
  ]);
  const report = readFileSync(path.join(folder, 'reviews.refused.csv'), 'utf8');
  expect(report).toContain('"reviews.csv",2,"its author has reviewed the product in Starling');
  expect(report).toContain('"reviews_photos.csv",2,"review 1 is not imported"');
});

describe('an unusable file or folder is refused in one line', () => {
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'starling-import-'));
    mkdirSync(path.join(folder, 'folder.csv'));
    writeFileSync(path.join(folder, 'empty.csv'), '');
    writeFileSync(path.join(folder, 'blank.csv'), '\n\n\n');
    writeFileSync(path.join(folder, 'utf16.csv'), Buffer.from('\uFEFFname,body\n', 'utf16le'));
    writeFileSync(
      path.join(folder, 'utf16-without-mark.csv'),
      Buffer.from('name,body\n', 'utf16le'),
    );
    writeFileSync(path.join(folder, 'book.csv'), Buffer.from('PK\x03\x04rest', 'latin1'));
    writeFileSync(path.join(folder, 'latin1-header.csv'), Buffer.from('n\xe4me,body\n', 'latin1'));
    writeFileSync(path.join(folder, 'twice.csv'), 'name,body,body,rating,dateCreated,sku\n');
    writeFileSync(path.join(folder, 'open.csv'), 'name,"body,rating\n');
    writeFileSync(path.join(folder, 'notes.txt'), 'precious');
  });

  it.each([
    [['okendo', 'none.csv'], '{}/none.csv is missing'],
    [['okendo', 'notes.txt/x.csv'], '{}/notes.txt/x.csv is missing'],
    [['okendo', 'folder.csv'], '{}/folder.csv is a folder; okendo takes a file'],
    [['okendo', '/dev/null'], '/dev/null is not a regular file'],
    [['okendo', 'empty.csv'], '{}/empty.csv is empty; its first line must be a header'],
    [['okendo', 'blank.csv'], '{}/blank.csv is empty; its first line must be a header'],
    [['okendo', 'utf16.csv'], '{}/utf16.csv is UTF-16; save it as CSV in UTF-8'],
    [
      ['okendo', 'utf16-without-mark.csv'],
      '{}/utf16-without-mark.csv is not text in UTF-8 (perhaps UTF-16); save it as CSV in UTF-8',
    ],
    [
      ['okendo', 'book.csv'],
      '{}/book.csv is a ZIP file or a workbook; unpack it, or save the sheet as CSV in UTF-8',
    ],
    [['okendo', 'latin1-header.csv'], '{}/latin1-header.csv: the header (line 1) is not UTF-8'],
    [['okendo', 'twice.csv'], '{}/twice.csv has more than one column body'],
    [['okendo', 'open.csv'], '{}/open.csv: the header (line 1) has a quote that is never closed'],
    [['classic', 'none'], '{}/none is missing'],
    [
      ['classic', 'notes.txt'],
      '{}/notes.txt is a file; classic takes the folder that holds reviews.csv',
    ],
    [
      ['okendo', 'twice.csv', '--refused', '{}/notes.txt'],
      '{}/notes.txt exists and is not a report of an import; --refused FILE chooses another name',
    ],
    [
      ['okendo', 'twice.csv', '--refused', '{}/twice.csv'],
      '{}/twice.csv exists and is not a report of an import; --refused FILE chooses another name',
    ],
    [
      ['okendo', 'twice.csv', '--refused', '{}/folder.csv'],
      '{}/folder.csv cannot be written (EISDIR: illegal operation on a directory); --refused FILE chooses another place',
    ],
  ])('%j', async (args, line) => {
    const [format, input, ...options] = args.map((arg) => arg.replace('{}', folder)) as [
      string,
      string,
    ];
    expect(await run(format, path.resolve(folder, input), ...options)).toEqual({
      code: 1,
      stdout: '',
      stderr: `starling: ${line.replaceAll('{}', folder)}\n`,
    });
    expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('precious');
    expect(existsSync(path.join(folder, 'twice.csv'))).toBe(true);
  });
});
