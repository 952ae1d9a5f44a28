import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkContent } from '../../src/moderation/content-checks';

/**
 * Measures how precise the checks are, and how much they find (docs/moderation.md has the figures).
 * The corpora hold sentences from reviews of all trades, angry ones too, and texts that try to evade
 * the checks. One per line; no template made any of them.
 */
const LANGUAGES = ['de', 'en', 'es', 'fr', 'it', 'nl', 'pt'];

function read(name: string): string[] {
  const file = path.join(__dirname, 'corpus', `${name}.txt`);
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

const fields = (name: string) =>
  read(name).map((line) => line.split('\t') as [string, string, string]);
const found = (text: string, locale: string | null) =>
  checkContent(text, locale, false).map(
    ({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`,
  );
const rulesIn = (text: string, locale: string | null) =>
  checkContent(text, locale, false).map(({ rule }) => rule);

describe.each(LANGUAGES)('a corpus of %s', (language) => {
  const ordinary = read(language);
  const evasions = read(`evasions-${language}`);

  it('has a minimum size', () => {
    expect(new Set(ordinary).size).toBeGreaterThanOrEqual(300);
    expect(new Set(evasions).size).toBeGreaterThanOrEqual(language === 'en' ? 60 : 30);
  });

  it.each([
    ['its own locale', language],
    ['no locale', null],
    ['a locale without a list', 'ja-JP'],
  ])('passes every ordinary sentence with %s', (_title, locale) => {
    const held = ordinary
      .map((text) => [text, found(text, locale)] as const)
      .filter(([, all]) => all.length);
    expect(held).toEqual([]);
  });

  it('finds the words in every evasion', () => {
    expect(evasions.filter((text) => !rulesIn(text, language).includes('profanity'))).toEqual([]);
  });

  it('reports each word at its place in the text', () => {
    for (const text of [...evasions, ...read('evasions-links')])
      for (const { start, end } of checkContent(text, language, false)) {
        expect(end).toBeGreaterThan(start);
        expect(text.slice(start, end)).not.toMatch(/^\s|^$/);
      }
  });
});

/**
 * In these languages a word like the domain begins sentences (`mooi.de kleur`), so the checks
 * pass it only where a word follows.
 */
const PASSED: Record<string, string[]> = {
  de: ['crypto.top pays double'],
  es: ['Schaut mal auf evil.de vorbei'],
  fr: ['Schaut mal auf evil.de vorbei'],
  it: ['Schaut mal auf evil.de vorbei'],
  nl: ['Schaut mal auf evil.de vorbei', 'crypto.top pays double'],
  pt: ['Schaut mal auf evil.de vorbei', 'Visit EVIL.COM today', 'Visit Evil.Com today'],
};

it.each([...LANGUAGES, 'ja', null])(
  'finds the link in every evasion, with the locale %s',
  (locale) => {
    const evasions = read('evasions-links');
    expect(evasions.length).toBeGreaterThanOrEqual(80);
    expect(evasions.filter((text) => !rulesIn(text, locale).includes('link'))).toEqual(
      PASSED[locale ?? ''] ?? [],
    );
  },
);

it.each(fields('evasions-not-caught'))(
  'does not find the known miss (%s) "%s": %s',
  (language, text) => {
    const rule = language === 'links' ? 'link' : 'profanity';
    expect(rulesIn(text, language === 'links' ? null : language)).not.toContain(rule);
  },
);

it.each(fields('ordinary-but-held'))(
  'holds back the known false positive (%s) "%s"',
  (language, text) => {
    const rule = language === 'links' ? 'link' : 'profanity';
    expect(rulesIn(text, language === 'links' ? null : language)).toContain(rule);
  },
);

/** Shops tag reviews with the locale of the page, not with the language of the text. */
it.each([...LANGUAGES, 'ja', null])(
  'does not mistake a missing space for a link, with the locale %s',
  (locale) => {
    const ordinary = read('missing-blanks');
    expect(ordinary.length).toBeGreaterThanOrEqual(100);
    expect(
      ordinary.filter((text) => found(text, locale).length > 0).map((text) => found(text, locale)),
    ).toEqual([]);
  },
);

it('passes ordinary sentences in other languages and scripts, with and without their locale', () => {
  const all = fields('others').flatMap(([locale, text]) => [
    ...found(text, locale),
    ...found(text, null),
  ]);
  expect(all).toEqual([]);
});
