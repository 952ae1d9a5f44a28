import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { connect, countDrift } from '../seed/seeder';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { CLASSIC_HEADER, classicRow, exportFolder, runImporter } from './importer';

let database: TestDatabase;
let client: Client;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  client = await connect(database.url);
});
afterEach(async () => {
  await client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Imports these rows and describes what became of them. */
async function importRows(rows: string[] | Buffer) {
  folder = exportFolder({ 'reviews.csv': Array.isArray(rows) ? [CLASSIC_HEADER, ...rows] : rows });
  const ended = await runImporter(['classic', folder], database.url);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return { ...(await describeImport('reviews')), stdout: ended.stdout };
}

async function importOkendo(header: string, ...rows: string[]) {
  folder = exportFolder({ 'okendo.csv': [header, ...rows] });
  const ended = await runImporter(['okendo', path.join(folder, 'okendo.csv')], database.url);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return { ...(await describeImport('okendo')), stdout: ended.stdout };
}

async function describeImport(name: string) {
  const { rows } = await client.query('SELECT * FROM reviews ORDER BY review_id');
  expect(await countDrift(client)).toBe(0);
  const report = path.join(folder, `${name}.refused.csv`);
  const lines = existsSync(report) ? readFileSync(report, 'utf8').trim().split('\n').slice(1) : [];
  return {
    reviews: rows.map((row) => ({ ...row, ...JSON.parse(row.payload) })),
    report: lines.map((line) => line.replaceAll('"', '')),
  };
}

it('one malformed row is reported with its file and line, and every other is imported', async () => {
  const { reviews, report, stdout } = await importRows([
    classicRow(1),
    classicRow(2, { body: 'A 6" pan' }),
    classicRow(3),
    classicRow(4, { body: '"never closed' }),
    classicRow(5, { body: '"closed, ""really"""' }),
  ]);
  expect(reviews.map(({ review_id, body }) => [review_id, body])).toEqual([
    ['1', 'Fine.'],
    ['3', 'Fine.'],
    ['5', 'closed, "really"'],
  ]);
  expect(report).toEqual([
    'reviews.csv,3,has a quote within a field that does not begin with one',
    expect.stringMatching(/^reviews\.csv,5,has (a quote|text)/),
  ]);
  expect(stdout).toContain('2 lines of reviews.csv refused');
});

it('rows are complete with any line ends, and no field keeps a carriage return', async () => {
  const lines = [
    `\uFEFF${CLASSIC_HEADER}\n`,
    `${classicRow(1, { helpfulness: '"1"' })}\r\n`,
    `${classicRow(2)}\n`,
    `${classicRow(3, { body: '"one\r\n\r\ntwo"', helpfulness: '"7"' })}\r\n`,
    `${classicRow(4, { body: '"Ü \uFFFD"', helpfulness: '' })}\r`,
    `${classicRow(5, { response: 'Thanks', helpfulness: '' })}`,
  ];
  const { reviews, report } = await importRows(Buffer.from(lines.join('')));
  expect(report).toEqual([]);
  expect(reviews.map(({ body, helpful_count }) => [body, helpful_count])).toEqual([
    ['Fine.', 1],
    ['Fine.', 0],
    ['one\n\ntwo', 7],
    ['Ü \uFFFD', 0],
    ['Fine.', 0],
  ]);
});

it('the report names a line by its number in the file and says what is wrong with it', async () => {
  const rows = [
    '',
    classicRow(1, { body: '"two\nlines"' }),
    '',
    classicRow(2, { rating: '6' }),
    classicRow(3, { body: 'caf\xe9' }),
  ];
  const { reviews, report } = await importRows(
    Buffer.from(`${CLASSIC_HEADER}\n${rows.join('\n')}\n`, 'latin1'),
  );
  expect(reviews).toHaveLength(1);
  expect(report).toEqual([
    'reviews.csv,6,rating must be a whole number from 1 to 5, not ' + "'6'",
    'reviews.csv,7,is not UTF-8',
  ]);
});

it('null is text in names, titles and bodies, and an absent value elsewhere', async () => {
  const { reviews, report } = await importRows([
    classicRow(1, { reviewer_name: 'Null', summary: 'None', body: 'null', response: 'Null' }),
    classicRow(2, {
      reviewer_name: 'null',
      summary: '',
      reviewer_email: 'NULL',
      helpfulness: 'null',
    }),
  ]);
  expect(report).toEqual([]);
  expect(reviews).toMatchObject([
    { author: { name: 'Null' }, title: 'None', body: 'null', response: { body: 'Null' } },
    { author: { name: 'null' }, title: '', author_email: null, helpful_count: 0, response: null },
  ]);
});

it('control characters are removed and reported; text without a visible character is refused', async () => {
  const { reviews, report, stdout } = await importRows([
    classicRow(1, { body: 'ab\u0008c\u0000\u0085d\te', reviewer_name: '"A\u0007da\nL"' }),
    classicRow(2, { body: '\u200b\u2800' }),
    classicRow(3, { reviewer_name: '\u0001' }),
    classicRow(4, { reviewer_name: 'a\u202eb' }),
  ]);
  expect(reviews).toMatchObject([{ body: 'abcd\te', author: { name: 'Ada L' } }]);
  expect(report).toEqual([
    'reviews.csv,2,control characters were taken out of body, reviewer_name; the line is imported',
    'reviews.csv,4,body is empty',
    'reviews.csv,5,reviewer_name is empty',
    'reviews.csv,6,reviewer_name must not hold U+202E',
  ]);
  expect(stdout).toContain('3 lines of reviews.csv refused');
  expect(stdout).toContain('1 lines of reviews.csv imported with changes');
});

it('whole numbers may have the form of a spreadsheet; dates out of range and invalid e-mails are refused', async () => {
  const { reviews, report } = await importRows([
    classicRow(1, { rating: '5.0' }),
    classicRow(2, { rating: '"4,0"' }),
    classicRow(3, { rating: ' 3 ' }),
    classicRow(4, { rating: '4.5' }),
    classicRow(5, { date: '0000-01-01' }),
    classicRow(6, { date: '9999-12-31' }),
    classicRow(7, { date: '2023-02-30' }),
    classicRow(8, { reviewer_email: 'secret at example.com' }),
  ]);
  expect(reviews.map(({ rating }) => rating)).toEqual([5, 4, 3]);
  expect(report.map((line) => line.split(',').slice(1, 3).join(' ').slice(0, 30))).toEqual([
    '5 rating must be a whole numbe',
    '6 date must be milliseconds si',
    '7 date must be milliseconds si',
    '8 date must be milliseconds si',
    '9 reviewer_email is not an e-m',
  ]);
  expect(report.join()).not.toContain('secret');
});

it('e-mails and countries are stored in the spelling that the API uses', async () => {
  const { reviews, report } = await importOkendo(
    'name,email,body,rating,dateCreated,productId,countryCode,imageUrls',
    'A,Jürgen@Müller.de,Fine,5,2024-03-01,7,uk,"https://x.example/w_400,h_400/1.jpg,https://x.example/w_4,h_4/2.jpg"',
    'B,ju\u0308rgen@XN--MLLER-KVA.de,Fine,5,2024-03-01,7,su,',
    'C,user@example.xn--p1ai,Fine,5,2024-03-01,7,su,"ftp://x, https://x.example/3.jpg"',
  );
  expect(reviews).toMatchObject([
    {
      author_email: 'jürgen@xn--mller-kva.de',
      locale: 'und-GB',
      photos: [
        { url: 'https://x.example/w_400,h_400/1.jpg' },
        { url: 'https://x.example/w_4,h_4/2.jpg' },
      ],
    },
    {
      author_email: 'user@example.xn--p1ai',
      locale: 'und-RU',
      photos: [{ url: 'https://x.example/3.jpg' }],
    },
  ]);
  expect(report).toEqual([
    expect.stringContaining('okendo.csv,4,imageUrls must be an https URL'),
    'okendo.csv,3,its author reviewed the product in line 2 already',
  ]);
});

it('the key of a product is its id, which the legacy contract can read, if the file has one', async () => {
  const { reviews, stdout } = await importOkendo(
    'name,body,rating,dateCreated,handle,sku,productId',
    'A,Fine,5,2024-03-01,wool-sock,S-1,7001',
  );
  expect(reviews.map(({ product_id }) => product_id)).toEqual(['7001']);
  expect(stdout).toContain(
    'products go by the column productId; --key takes handle or sku instead\n',
  );

  const file = path.join(folder, 'okendo.csv');
  const other = await runImporter(['okendo', file, '--key', 'handle'], database.url);
  expect(other.stdout).toContain('the legacy contract reads only products that are whole numbers');
});
