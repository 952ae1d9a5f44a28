import path from 'node:path';
import { InvalidArgumentError } from 'commander';

/**
 * Readers of option values. commander names the option and the value; the reader's error says what
 * was expected.
 */

const MULTIPLES: Record<string, number> = { '': 1, k: 1e3, m: 1e6, b: 1e9 };

/** 200k, 1.5M, 30M, 30000000, 30_000_000. */
export function count(max: number, min = 1): (text: string) => number {
  const example = max < 1e6 ? '' : ', such as 200k or 1M';
  return (text) => {
    const match = /^(\d[\d_]*(?:\.\d+)?)([kmb]?)$/i.exec(text);
    const value = match
      ? Number(match[1]!.replaceAll('_', '')) * MULTIPLES[match[2]!.toLowerCase()]!
      : Number.NaN;
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}${example}.`);
    return value;
  };
}

/** One or more of these names, separated by commas; a name that is repeated counts once. */
export function namesOf<Name extends string>(allowed: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const names = [...new Set(text.split(','))];
    if (!names.every((name) => (allowed as readonly string[]).includes(name)))
      throw new InvalidArgumentError(
        `Expected one or more of ${allowed.join(', ')}, separated by commas without spaces.`,
      );
    return names as Name[];
  };
}

/** Absolute. An empty value is refused: it would be the folder that the command runs in. */
export function absolutePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected the path of a file or folder.');
  return path.resolve(text);
}

const TIME_WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

/** Date.parse alone would read a time without a zone in the zone of this machine. */
export function timeWithZone(text: string): Date {
  if (!TIME_WITH_ZONE.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('Expected a time with a zone, such as 2026-11-22T18:30:00Z.');
  return new Date(text);
}

/** @param expected what the text must be, in words */
export function textLike(pattern: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(`Expected ${expected}.`);
    return text;
  };
}
