/**
 * The settings of a run, from the environment. Every mistake ends the run before its first request,
 * with one error that names the setting and what was expected.
 */

/** The address of Starling, without a slash at the end. */
export const baseUrl = readUrl('BASE_URL', 'http://127.0.0.1:8080');

/** The key of an API client, or empty: then the address identifies the client. */
export const apiKey = __ENV.KEY ?? '';

/** An existing folder for the reports, or empty: then they are only printed. */
export const reportFolder = __ENV.REPORTS ?? '';

/**
 * `CACHE=bypass`: Nginx does not answer from its cache and does not cache the response, so every
 * read reaches an instance.
 */
export const isCacheBypassed = readChoice('CACHE', ['use', 'bypass']) === 'bypass';

/** Reads a whole number from 1 to `max`. @throws for anything else */
export function readCount(name: string, initially: number, max: number): number {
  const text = __ENV[name] || `${initially}`;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > max)
    throw new Error(`${name} must be a whole number from 1 to ${max}, not '${text}'`);
  return value;
}

/** Reads rising whole numbers, like `500,1000,2000`. @throws for anything else */
export function readCounts(name: string, initially: string, max: number): number[] {
  const text = __ENV[name] || initially;
  const values = text.split(',').map(Number);
  const isRising = values.every((value, i) => i === 0 || value > values[i - 1]!);
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text) || !isRising || values[0]! < 1 || values.at(-1)! > max)
    throw new Error(
      `${name} must be rising whole numbers up to ${max}, like ${initially}, not '${text}'`,
    );
  return values;
}

const SECONDS = { s: 1, m: 60, h: 3_600 };
const DURATION_MAX_SECONDS = 86_400;

/**
 * Reads a time like `90s`, `5m` or `2h`, at most a day.
 * @returns seconds
 * @throws for anything else
 */
export function readSeconds(name: string, initially: string): number {
  const text = __ENV[name] || initially;
  const [, number, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const seconds = Number(number ?? 0) * SECONDS[(unit ?? 's') as keyof typeof SECONDS];
  if (seconds < 1 || seconds > DURATION_MAX_SECONDS)
    throw new Error(`${name} must be a time like 90s, 5m or 2h, a day at most, not '${text}'`);
  return seconds;
}

function readChoice(name: string, choices: readonly string[]): string {
  const value = __ENV[name] || choices[0]!;
  if (!choices.includes(value))
    throw new Error(`${name} must be ${choices.join(' or ')}, not '${value}'`);
  return value;
}

function readUrl(name: string, initially: string): string {
  const url = (__ENV[name] || initially).replace(/\/$/, '');
  if (!/^https?:\/\/[^/?#@]+$/.test(url))
    throw new Error(`${name} must be like http://127.0.0.1:8080, without a path or a password`);
  return url;
}
