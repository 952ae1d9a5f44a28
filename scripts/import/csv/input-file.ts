import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { UserError } from '../../command/user-error';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is missing',
  ENOTDIR: 'is missing: what should be its folder is a file',
  EACCES: 'cannot be read: this user may not',
  EPERM: 'cannot be read: this user may not',
  ELOOP: 'cannot be read: its links go round in a circle',
  ENAMETOOLONG: 'is too long a name',
};

/** First bytes of files that are not CSV in UTF-8, and what to do about each. */
const OTHER_FORMATS: readonly [bytes: string, what: string][] = [
  ['fffe', 'is UTF-16; save it as CSV in UTF-8'],
  ['feff', 'is UTF-16; save it as CSV in UTF-8'],
  ['504b0304', 'is a ZIP file or a workbook; unpack it, or save the sheet as CSV in UTF-8'],
  ['1f8b', 'is compressed with gzip; unpack it first'],
  ['d0cf11e0', 'is a workbook; save the sheet as CSV in UTF-8'],
];

/**
 * @throws UserError of one line when the file is not a CSV file that can be read to its end,
 *   several times
 */
export function requireTextFile(file: string): void {
  const start = readStart(file);
  const [, what] = OTHER_FORMATS.find(([bytes]) => start.toString('hex').startsWith(bytes)) ?? [];
  if (what) throw new UserError(`${file} ${what}`);
  if (start.length === 0) throw new UserError(`${file} is empty; its first line must be a header`);
  if (start.includes(0))
    throw new UserError(`${file} is not text in UTF-8 (perhaps UTF-16); save it as CSV in UTF-8`);
}

/** Enough for a byte order mark, and for a NUL in UTF-16 without one. */
const START_BYTES = 64;

function readStart(file: string): Buffer {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new UserError(`${file} is a folder, not a file`);
    // Okendo's file is read three times.
    if (!stat.isFile()) throw new UserError(`${file} is not a regular file`);
    const descriptor = openSync(file, 'r');
    try {
      const start = Buffer.alloc(START_BYTES);
      return start.subarray(0, readSync(descriptor, start));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code ? new UserError(`${file} ${REASONS[code] ?? `cannot be read: ${code}`}`) : error;
  }
}
