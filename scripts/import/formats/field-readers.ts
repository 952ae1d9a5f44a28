import { canonicalEmail } from '../../../src/platform/values/email';
import { countryLanguageTag } from '../../../src/platform/values/language-tag';
import { parseTime } from '../../../src/platform/values/time';
import {
  canonicalWebAddress,
  WEB_ADDRESS_LENGTH_MAX,
} from '../../../src/platform/values/web-address';
import { hasVisibleText, unfitForLine, unfitForLines } from '../../../src/platform/visible-text';

/**
 * Turns the fields of an export into values. Each reader takes the text of the file and throws an
 * Unfit that says what is wrong with it. It asks the same modules of the service that the API asks.
 */
export class Unfit extends Error {}

/**
 * Whether a number, date, country or address is absent: empty or `null`. A name or text may be
 * "Null".
 */
export function isAbsent(text: string | undefined): boolean {
  return text === undefined || text.trim() === '' || text.trim().toLowerCase() === 'null';
}

/** Spreadsheets write whole numbers as `5.0`, or `5,0`. */
const WHOLE_NUMBER = /^(-?\d{1,16})(?:[.,]0{1,9})?$/;

export function readInteger(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
): number {
  const digits = WHOLE_NUMBER.exec(text?.trim() ?? '')?.[1];
  const value = digits === undefined ? Number.NaN : Number(digits);
  if (!(value >= min && value <= max)) {
    throw new Unfit(`${name} must be a whole number from ${min} to ${max}, not '${shorten(text)}'`);
  }
  return value;
}

const TEXT_LENGTH_MAX = 50_000;

/** Several lines with a visible character. */
export function readText(name: string, text: string | undefined): string {
  const value = readOptionalText(name, text);
  if (value === '') throw new Unfit(`${name} is empty`);
  return value;
}

/** Several lines as they stand in the file; empty if nothing in them is visible. */
export function readOptionalText(name: string, text = ''): string {
  requireLength(name, text);
  const unfit = unfitForLines(text);
  if (unfit) throw new Unfit(`${name} must not hold ${unfit}`);
  return hasVisibleText(text) ? text : '';
}

/** One line with a visible character. */
export function readLine(name: string, text: string | undefined): string {
  const value = readOptionalLine(name, text);
  if (value === '') throw new Unfit(`${name} is empty`);
  return value;
}

/** One line; empty if nothing in it is visible. Line breaks and tabs become spaces. */
export function readOptionalLine(name: string, text = ''): string {
  requireLength(name, text);
  const line = text.replace(/[\t\n\u2028\u2029]+/g, ' ');
  const unfit = unfitForLine(line);
  if (unfit) throw new Unfit(`${name} must not hold ${unfit}`);
  return hasVisibleText(line) ? line : '';
}

function requireLength(name: string, text: string): void {
  if (text.length > TEXT_LENGTH_MAX)
    throw new Unfit(`${name} is longer than ${TEXT_LENGTH_MAX} characters`);
}

const BOOLEANS: Record<string, boolean> = {
  true: true,
  t: true,
  yes: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  '0': false,
};

export function readOptionalBoolean(name: string, text: string | undefined): boolean | null {
  if (isAbsent(text)) return null;
  const value = BOOLEANS[text!.trim().toLowerCase()];
  if (value === undefined) throw new Unfit(`${name} must be true or false, not '${shorten(text)}'`);
  return value;
}

const EARLIEST = Date.UTC(1990, 0, 1);
const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970, or ISO 8601. It refuses 04/05/2019, which could be two days.
 *
 * @returns ISO 8601 in UTC with milliseconds
 */
export function readTime(name: string, text: string | undefined, nowMs: number): string {
  const ms = parseTime(text ?? '');
  if (!(ms >= EARLIEST && ms <= nowMs + DAY_MS)) {
    throw new Unfit(
      `${name} must be milliseconds since 1970 or like 2019-04-14, between 1990 and today, not '${shorten(text)}'`,
    );
  }
  return new Date(ms).toISOString();
}

export function readProductId(name: string, text: string | undefined): string {
  const key = text?.trim() ?? '';
  if (!/^[A-Za-z0-9._:-]{1,64}$/.test(key))
    throw new Unfit(`${name} must be 1 to 64 of A-Z a-z 0-9 . _ : -, not '${shorten(text)}'`);
  return key;
}

/**
 * In the spelling by which Starling tells authors apart; null when absent. The reason does not
 * repeat the address.
 */
export function readOptionalEmail(name: string, text: string | undefined): string | null {
  if (isAbsent(text)) return null;
  const email = canonicalEmail(text!);
  if (email === undefined) throw new Unfit(`${name} is not an e-mail address`);
  return email;
}

/** A country without a language, as BCP 47 writes it: und-DE. Null when absent. */
export function readOptionalCountry(name: string, text: string | undefined): string | null {
  if (isAbsent(text)) return null;
  const locale = countryLanguageTag(text!);
  if (locale === undefined) throw new Unfit(`${name} must be two letters, not '${shorten(text)}'`);
  return locale;
}

/** In the URL standard's spelling, as the API keeps it. */
export function readPhotoUrl(name: string, text: string | undefined): string {
  const url = canonicalWebAddress(text ?? '') ?? '';
  if (url.length > WEB_ADDRESS_LENGTH_MAX || !url.startsWith('https:'))
    throw new Unfit(`${name} must be an https URL, not '${shorten(text)}'`);
  return url;
}

function shorten(text = ''): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
