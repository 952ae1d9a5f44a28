import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from 'pg';
import {
  connect,
  countDrift,
  countMissingPages,
  type Ended,
  listUnfrozen,
  runSeeder,
} from '../seed/seeder';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { CLASSIC_HEADER as HEADER, runImporter } from './importer';

describe('npm run import', () => {
  let database: TestDatabase;
  let client: Client;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = await connect(database.url);
    folder = mkdtempSync(path.join(tmpdir(), 'starling-import-'));
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('the legacy contract’s files', () => {
    it('imports reviews with photos, characteristics and the ids they had, ready to serve', async () => {
      write('reviews.csv', [
        HEADER,
        '7,2,5,1596080481467,"Great, really","Line one',
        'says ""line two""",true,false,"Zoë","Zoe@Example.com","Thank you",8',
        '9,2,3,1610178433963,"","ok",false,true,"Ben","null","null",0',
      ]);
      write('reviews_photos.csv', [
        'id,review_id,url',
        '2,7,https://img.example.com/b',
        '1,7,https://img.example.com/a',
      ]);
      write('characteristics.csv', ['id,product_id,name', '40,2,Fit', '41,2,Warmth']);
      write('characteristic_reviews.csv', [
        'id,characteristic_id,review_id,value',
        '1,40,7,4',
        '2,41,7,2',
      ]);

      expect(await importReviews('classic', folder)).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(/^2 reviews imported, with their ids, in \d+ s\n$/),
      });

      expect(await countMissingPages(client)).toBe(0);
      expect(await listUnfrozen(client)).toEqual([]);
      const { rows } = await client.query('SELECT * FROM reviews ORDER BY review_id');
      expect(rows[0]).toMatchObject({
        review_id: '7',
        product_id: '2',
        state: 'approved',
        helpful_count: 8,
        photo_count: 2,
        author_email: 'zoe@example.com',
        characteristics: { Fit: 4, Warmth: 2 },
        created_at: new Date(1596080481467),
      });
      expect(JSON.parse(rows[0].payload)).toMatchObject({
        title: 'Great, really',
        body: 'Line one\nsays "line two"',
        author: { name: 'Zoë' },
        photos: [
          { id: 1, url: 'https://img.example.com/a' },
          { id: 2, url: 'https://img.example.com/b' },
        ],
        response: { body: 'Thank you', created_at: '2020-07-30T03:41:21.467Z' },
      });
      expect(rows[1]).toMatchObject({
        review_id: '9',
        state: 'flagged',
        author_email: null,
        characteristics: null,
      });
      expect(await countDrift(client)).toBe(0);
      const { rows: next } = await client.query(`SELECT nextval('review_ids') AS id`);
      expect(Number(next[0].id)).toBeGreaterThan(9);
      const { rows: names } = await client.query(
        `SELECT name FROM characteristics WHERE characteristic_id > 6`,
      );
      expect(names).toEqual([{ name: 'Warmth' }]);
      expect(existsSync(path.join(folder, 'reviews.refused.csv'))).toBe(false);
    });

    it('reports every line it refuses with its number and the reason, and imports the rest', async () => {
      write('reviews.csv', [
        HEADER,
        '1,2,5,1596080481467,"a","two',
        'lines",true,false,"n","a@example.com","null",8',
        '2,2,6,1596080481467,"a","b",true,false,"n","","null",8',
        '3,2,5,yesterday,"a","b",true,false,"n","","null",8',
        '4,2,5,1596080481467,"a","",true,false,"n","","null",8',
        '5,2,5,1596080481467,"a","b",true',
        '6,x,5,1596080481467,"a","b",true,false,"n","","null",8',
        '7,2,5,1596080481467,"a","b",true,false,"n"," A@example.COM ","null",8',
        '1,3,5,1596080481467,"a","b",true,false,"n","","null",8',
        '8,2,5,1596080481467,"a","b",true,false,"n","nobody","null",8',
      ]);
      write('reviews_photos.csv', [
        'id,review_id,url',
        '1,1,http://img.example.com/a',
        '2,77,https://img.example.com/a',
      ]);
      write('characteristics.csv', ['id,product_id,name', '40,2,Fit', '41,2,Fit', '42,2,<Fit>']);
      write('characteristic_reviews.csv', [
        'id,characteristic_id,review_id,value',
        ...['1,40,1,9', '2,40,1,3', '3,41,1,4', '4,99,1,4', '5,40,2,4'],
      ]);

      const { code, stdout } = await importReviews('classic', folder);

      expect(code).toBe(0);
      expect(stdout).toContain('1 reviews imported');
      expect(stdout).toContain('8 lines of reviews.csv refused');
      const refused = readFileSync(path.join(folder, 'reviews.refused.csv'), 'utf8')
        .trim()
        .split('\n');
      expect(refused.map((line) => line.replaceAll('"', '').slice(0, 60))).toEqual(
        expect.arrayContaining([
          expect.stringContaining('reviews.csv,4,rating must be a whole number from 1 to 5'),
          expect.stringContaining('reviews.csv,5,date must be milliseconds since 1970'),
          expect.stringContaining('reviews.csv,6,body is empty'),
          expect.stringContaining('reviews.csv,7,has 7 fields, the header 12'),
          expect.stringContaining('reviews.csv,8,product_id must be a whole number'),
          expect.stringContaining('reviews.csv,9,its author reviewed the product in line 2 alr'),
          expect.stringContaining('reviews.csv,10,id 1 was used before'),
          expect.stringContaining('reviews.csv,11,reviewer_email is not an e-mail addres'),
          expect.stringContaining('reviews_photos.csv,2,url must be an https URL'),
          expect.stringContaining('reviews_photos.csv,3,review 77 is not imported'),
          expect.stringContaining('characteristics.csv,4,name must be a letter'),
          expect.stringContaining('characteristic_reviews.csv,2,value must be a whole'),
          expect.stringContaining('characteristic_reviews.csv,4,the review rates the sam'),
          expect.stringContaining('characteristic_reviews.csv,5,characteristic 99 is not'),
          expect.stringContaining('characteristic_reviews.csv,6,review 2 is not imported'),
        ]),
      );
      expect(refused).toHaveLength(16);
      expect(await countDrift(client)).toBe(0);
    });

    it('gives new ids where there are reviews already, and adds to their summaries', async () => {
      await runSeeder(['--reviews', '1k', '--dir', path.join(folder, 'csv')], database.url);
      write('reviews.csv', [
        HEADER,
        '7,1,5,1596080481467,"a","b",true,false,"n","a@example.com","null",8',
      ]);

      const { stdout } = await importReviews('classic', folder);

      expect(stdout).toContain('1 reviews imported, with new ids');
      const { rows } = await client.query(
        `SELECT review_id FROM reviews WHERE author_email = 'a@example.com'`,
      );
      expect(Number(rows[0].review_id)).toBeGreaterThan(1_000);
      expect(await countDrift(client)).toBe(0);

      expect((await importReviews('classic', folder)).stdout).toContain('0 reviews imported');
      expect(readFileSync(path.join(folder, 'reviews.refused.csv'), 'utf8')).toContain(
        'its author has reviewed the product in Starling',
      );
    });

    it('refuses what is not such a folder in one line', async () => {
      expect(await importReviews('classic', folder)).toEqual({
        code: 1,
        stdout: '',
        stderr: `starling: ${path.join(folder, 'reviews.csv')} is missing\n`,
      });
      write('reviews.csv', ['id,rating', '1,5']);
      expect((await importReviews('classic', folder)).stderr).toMatch(
        /has no column product_id, date, .*\n$/,
      );
    });
  });

  describe('Okendo’s file', () => {
    it('imports reviews by handle, productId or sku, and names the columns that it ignores', async () => {
      write('okendo.csv', [
        'name,email,body,title,rating,dateCreated,handle,sku,countryCode,imageUrls,shoeWidth',
        'Ada,ada@example.com,Lovely,Yes,5,2024-03-01T10:00:00Z,wool-sock,S-1,de,"https://i.example.com/1, https://i.example.com/2",wide',
        'Ben,,Fine,,3,2024-03-02,wool-sock,S-2,,,',
        'Cleo,,Bad date,,3,03/04/2024,wool-sock,S-2,,ftp://x,',
      ]);
      const file = path.join(folder, 'okendo.csv');

      const { code, stdout } = await importReviews('okendo', file);

      expect(code).toBe(0);
      expect(stdout).toContain('2 reviews imported, with new ids');
      expect(stdout).toContain('does not store them: shoeWidth');
      expect(stdout).toContain('products go by the column handle; --key takes sku instead');
      const { rows } = await client.query('SELECT * FROM reviews ORDER BY created_at');
      expect(rows).toEqual([
        expect.objectContaining({
          product_id: 'wool-sock',
          rating: 5,
          photo_count: 2,
          locale: 'und-DE',
          author_email: 'ada@example.com',
          created_at: new Date('2024-03-01T10:00:00Z'),
        }),
        expect.objectContaining({
          product_id: 'wool-sock',
          rating: 3,
          author_email: null,
          locale: null,
        }),
      ]);
      expect(readFileSync(path.join(folder, 'okendo.refused.csv'), 'utf8')).toMatch(
        /okendo.csv",4,"dateCreated must be .*\n.*okendo.csv",4,"imageUrls must be an https URL/,
      );
      expect(await countDrift(client)).toBe(0);

      await client.query('TRUNCATE reviews, product_summaries');
      await importReviews('okendo', file, '--key', 'sku');
      const { rows: bySku } = await client.query(
        'SELECT product_id FROM reviews ORDER BY product_id',
      );
      expect(bySku).toEqual([{ product_id: 'S-1' }, { product_id: 'S-2' }]);
    });

    it('refuses a file that names no product', async () => {
      write('okendo.csv', ['name,body,rating,dateCreated', 'Ada,Lovely,5,2024-03-01']);
      const { stderr } = await importReviews('okendo', path.join(folder, 'okendo.csv'));
      expect(stderr).toMatch(/names no product: it has none of productId, handle, sku\n$/);
    });
  });

  function write(name: string, lines: string[]): void {
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  }

  function importReviews(...args: string[]): Promise<Ended> {
    return runImporter(args, database.url);
  }
});
