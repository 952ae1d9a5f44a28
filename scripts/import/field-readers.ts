import { canonicalEmail } from '../../src/platform/values/email';
import { countryLanguageTag } from '../../src/platform/values/language-tag';
import { parseTime } from '../../src/platform/values/time';
import { canonicalWebAddress, WEB_ADDRESS_LENGTH_MAX } from '../../src/platform/values/web-address';

/**
 * How a field of an export becomes a value. Each reader takes the text as it stands in the file and throws an Unfit that
 * says what is wrong with it; `null` and nothing mean the same in these files.
 */
export class Unfit extends Error {}

export function isAbsent(text: string | undefined): boolean {
  return text === undefined || text.trim() === '' || text.trim().toLowerCase() === 'null';
}

export function readInteger(name: string, text: string | undefined, min: number, max: number): number {
  const value = /^-?\d{1,15}$/.test(text?.trim() ?? '') ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new Unfit(`${name} must be a whole number from ${min} to ${max}, not '${shorten(text)}'`);
  }
  return value;
}

const TEXT_LENGTH_MAX = 50_000;

export function readText(name: string, text: string | undefined): string {
  if (isAbsent(text)) throw new Unfit(`${name} is empty`);
  return readOptionalText(name, text);
}

/** Kept as it came; '' when absent. */
export function readOptionalText(name: string, text: string | undefined): string {
  if (isAbsent(text)) return '';
  if (text!.length > TEXT_LENGTH_MAX) throw new Unfit(`${name} is longer than ${TEXT_LENGTH_MAX} characters`);
  return text!;
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
/** Milliseconds since 1970, or ISO 8601. @returns ISO 8601 in UTC with milliseconds */
export function readTime(name: string, text: string | undefined, nowMs: number): string {
  const ms = parseTime(text ?? '');
  if (!(ms >= EARLIEST && ms <= nowMs + 86_400_000)) {
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

/** In the spelling that authors are told apart by; null when absent. */
export function readOptionalEmail(name: string, text: string | undefined): string | null {
  if (isAbsent(text)) return null;
  const email = canonicalEmail(text!);
  if (email === undefined) throw new Unfit(`${name} is not an e-mail address: '${shorten(text)}'`);
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
