import { appendFileSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CsvRow, readRows } from './csv-rows';
import { LINE_BYTES_MAX } from './text-lines';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'starling-csv-'));
  file = path.join(folder, 'rows.csv');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: string | Buffer): Promise<CsvRow[]> {
  writeFileSync(file, content);
  return rowsOf(file);
}

async function rowsOf(path: string): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of readRows(path)) rows.push(row);
  return rows;
}

/** Line and fields of good rows, line and fault of the others. */
async function outline(content: string | Buffer) {
  return (await read(content)).map(({ line, fields, fault }) => [line, fault ?? fields]);
}

describe('rows of a CSV file', () => {
  it.each([
    ['LF', ['a,b\n', '1,2\n', '3,4\n']],
    ['CR LF', ['a,b\r\n', '1,2\r\n', '3,4\r\n']],
    ['CR', ['a,b\r', '1,2\r', '3,4\r']],
    ['CR LF with one LF', ['a,b\r\n', '1,2\n', '3,4\r\n']],
    ['LF in the header, CR LF in the rows', ['a,b\n', '1,2\r\n', '3,4\r\n']],
    ['none at the end', ['a,b\r\n', '1,2\n', '3,4']],
    ['a byte order mark before them', ['\uFEFFa,b\n', '1,2\n', '3,4\n']],
    ['quotes before CR LF', ['"a","b"\r\n', '"1","2"\r\n', '"3","4"\r\n']],
  ])('are the same with the line ends %s', async (_, lines) => {
    expect(await outline(lines.join(''))).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '2']],
      [3, ['3', '4']],
    ]);
  });

  it('keep line breaks in quotes, as LF, and doubled quotes as one', async () => {
    expect(await outline('a,b\r\n"one\r\n\r\ntwo\rthree","say ""so"""\r\n"",x\r\n')).toEqual([
      [1, ['a', 'b']],
      [2, ['one\n\ntwo\nthree', 'say "so"']],
      [6, ['', 'x']],
    ]);
  });

  it('are numbered by the lines of the file, blank ones included', async () => {
    expect(await outline('\n\na,b\n\n"1\n1",2\n , \n\n\n3\n4,4\n')).toEqual([
      [3, ['a', 'b']],
      [5, ['1\n1', '2']],
      [10, 'has 1 fields, the header 2'],
      [11, ['4', '4']],
    ]);
  });

  it.each([
    ['a quote within a plain field', '1,A 6" pan'],
    ['a quote within a quoted field', '1,"A 6" pan"'],
    ['text after a quoted field', '1,"x" y'],
    ['a quote after a space', '1, "x"'],
    ['a quote that is never closed', '1,"x'],
    ['a quote that is opened at the end', '1,"'],
    ['a quote that the next row’s would close', '1,", x'],
    ['too few fields', '1'],
    ['too many fields', '1,2,3'],
  ])('are not harmed by a row with %s', async (_, bad) => {
    for (const next of ['7,8', '"7","8"', '7,"8, 9"', '7,""', '"7\n7",8', '",7",8']) {
      const rows = await read(`a,b\n5,6\n${bad}\n${next}\n9,9\n`);
      expect(rows.filter(({ fault }) => fault).map(({ line }) => line)).toEqual([3]);
      expect(rows.filter(({ fault }) => !fault).map(({ line }) => line)).toEqual([
        ...[1, 2, 4],
        next.includes('\n') ? 6 : 5,
      ]);
    }
  });

  it('between two broken ones are read, though the quote of one closes that of the other', async () => {
    expect(await outline('a,b\n1,"x\n7,8\n9,9\nx",3\n5,6\n')).toEqual([
      [1, ['a', 'b']],
      [2, expect.stringMatching(/^has/)],
      [3, ['7', '8']],
      [4, ['9', '9']],
      [5, expect.stringMatching(/^has a quote/)],
      [6, ['5', '6']],
    ]);
  });

  it('of which many have quotes that are never closed are each a fault of their own', async () => {
    const rows = await read(`a,b\n${'1,"x\n2,2\n'.repeat(2_000)}`);
    expect(rows.filter(({ fault }) => fault === 'has a quote that is never closed')).toHaveLength(
      1,
    );
    expect(rows.filter(({ fault }) => fault)).toHaveLength(2_000);
    expect(rows.filter(({ fault }) => !fault)).toHaveLength(2_001);
  });

  it('may hold U+FFFD, and are faults of their line where bytes are not UTF-8', async () => {
    const bytes = (text: string) => Buffer.from(text, 'latin1');
    const content = Buffer.concat([
      Buffer.from('a,b\n1,\uFFFD\n'),
      bytes('2,caf\xe9\n'),
      Buffer.from('3,"x\n'),
      bytes('\xff"\n'),
      Buffer.from('4,é\n'),
    ]);
    expect(await outline(content)).toEqual([
      [1, ['a', 'b']],
      [2, ['1', '\uFFFD']],
      [3, 'is not UTF-8'],
      [4, 'goes on in line 5, which is not UTF-8'],
      [5, 'is not UTF-8'],
      [6, ['4', 'é']],
    ]);
  });

  it('are read alike however the file is cut into chunks', async () => {
    // 64 kB are read at a time: each of these characters and line ends lies on a border once.
    const row = '1,"é😀\r\n"\r\n';
    for (let shift = 0; shift < Buffer.byteLength(row); shift += 1) {
      const rows = await read(`a,${'b'.repeat(65_000 + shift)}\r\n${row.repeat(120)}`);
      expect(rows).toHaveLength(121);
      expect(rows.every(({ fault }) => fault === undefined)).toBe(true);
      expect(new Set(rows.slice(1).map(({ fields }) => fields[1]))).toEqual(new Set(['é😀\n']));
      expect(rows.at(-1)!.line).toBe(240);
    }
  });

  it('are bounded: a line, and a quote that is never closed, gather no more than a megabyte', async () => {
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, 'a,b\n1,"');
    for (let i = 0; i < 3; i += 1) writeSync(descriptor, 'x'.repeat(LINE_BYTES_MAX));
    writeSync(descriptor, '\n2,2\n3,"never\n');
    for (let i = 0; i < 3_000; i += 1) writeSync(descriptor, `${'4'.repeat(999)},4\n`);
    appendFileSync(file, '5,5\n');
    const rows = await rowsOf(file);
    expect(rows.filter(({ fault }) => fault).map(({ line, fault }) => [line, fault])).toEqual([
      [2, 'is longer than 1048576 bytes'],
      [4, 'has a quote that is never closed'],
    ]);
    expect(rows).toHaveLength(3_005);
  });

  it('of an empty file are none', async () => {
    for (const content of ['', '\n\n', '\uFEFF', ',,\n"",""\n'])
      expect(await read(content)).toEqual([]);
  });
});
