/**
 * Finds severe words that a moderator should see before shoppers do.
 *
 * Algorithm: one trie per language holds that language's entries and the entries of the other
 * languages that are ordinary nowhere (words/word-list.ts). word-trie.ts finds them, also
 * disguised. A find is dropped if the accents differ, if the whole word is an allowed one, if it is
 * written in another script, or if a word in the same text gives it an ordinary meaning.
 * Bound: that of word-trie.ts, linear in the text.
 * Failure: none for any text. docs/moderation.md gives how much it misses.
 */
import { type FoldedText, foldText, placeInOriginal } from '../folded-text';
import { createWordTrie, findWords, type WordTrie } from './word-trie';
import { german } from './words/de';
import { english } from './words/en';
import { spanish } from './words/es';
import { french } from './words/fr';
import { italian } from './words/it';
import { ALLOWED_IN_NAMES, NOT_IN_NAMES } from './words/names';
import { dutch } from './words/nl';
import { portuguese } from './words/pt';
import type { WordList } from './words/word-list';

/** A range in a text, in UTF-16 code units; `end` is exclusive. */
export interface Place {
  start: number;
  end: number;
}

const LISTS: Readonly<Record<string, WordList>> = {
  de: german,
  en: english,
  es: spanish,
  fr: french,
  it: italian,
  nl: dutch,
  pt: portuguese,
};

interface AllowedWord {
  readonly entry: string;
  readonly letters: string;
  readonly isOpen: boolean;
}

interface Words {
  readonly trie: WordTrie;
  readonly allowed: readonly AllowedWord[];
  readonly ordinaryBeside: ReadonlyMap<string, RegExp>;
}

/**
 * For each language: its own words, and those of every other language that are ordinary nowhere.
 */
const WORDS_OF = new Map(
  Object.keys(LISTS).map((language) => [language, compile(LISTS[language]!)]),
);
const WORDS_OF_ANY = compile(null);
const NAMES: Words = {
  trie: createWordTrie(NOT_IN_NAMES, fold),
  allowed: ALLOWED_IN_NAMES.map(readAllowed),
  ordinaryBeside: new Map(),
};

/**
 * Finds the severe words in a title or a body.
 *
 * @param folded `text` as foldText returns it
 * @param locale of the review, as a BCP 47 tag. If it is null or its language has no list, only
 * words are found that are ordinary in no listed language.
 * @returns the places of the whole words in `text`, from left to right
 */
export function findProfanity(text: string, folded: FoldedText, locale: string | null): Place[] {
  return findIn(WORDS_OF.get(locale?.split('-', 1)[0] ?? '') ?? WORDS_OF_ANY, text, folded);
}

/**
 * Does the same for a person's name, with a smaller list: Dick, Cox, Fick and Wichser are names.
 */
export function findProfanityInName(name: string, folded: FoldedText): Place[] {
  return findIn(NAMES, name, folded);
}

function findIn(
  { trie, allowed, ordinaryBeside }: Words,
  text: string,
  folded: FoldedText,
): Place[] {
  return findWords(trie, folded.text).flatMap((found) => {
    const place = placeInOriginal(folded, text, found.start, found.end);
    if (!hasAccents(found.entry, text.slice(place.start, place.end))) return [];
    const whole = wordAround(text, place);
    const word = text.slice(whole.start, whole.end);
    if (OTHER_SCRIPT.test(word) || isAllowed(allowed, word)) return [];
    return ordinaryBeside.get(found.entry)?.test(folded.text) ? [] : [whole];
  });
}

/**
 * A word without any Latin letter. All lists are of languages in Latin script, so such a word
 * belongs to another language (`хохота` is not `xoxota`).
 */
const OTHER_SCRIPT =
  /^(?:\p{Script=Cyrillic}+|\p{Script=Greek}+|\p{Script=Armenian}+|\p{Script=Cherokee}+)$/u;

const ACCENTED = /[^\P{L}a-zß]/gu;

/** Whether the accented letters of an entry are in the text, in their order. */
function hasAccents(entry: string, found: string): boolean {
  const accented = entry.match(ACCENTED);
  if (accented === null) return true;
  let from = 0;
  const written = found.normalize('NFC').toLowerCase();
  return accented.every((letter) => {
    from = written.indexOf(letter, from) + 1;
    return from > 0;
  });
}

/** Whether the whole word is an allowed one. */
function isAllowed(allowed: readonly AllowedWord[], word: string): boolean {
  const folded = fold(word);
  return allowed.some(
    ({ entry, letters, isOpen }) =>
      (isOpen ? folded.startsWith(letters) : folded === letters) && hasAccents(entry, word),
  );
}

function readAllowed(entry: string): AllowedWord {
  return { entry, letters: fold(entry.replace('*', '')), isOpen: entry.endsWith('*') };
}

/** Extends a place to the whole word around it. */
function wordAround(text: string, { start, end }: Place): Place {
  const before = WORD_BEFORE.exec(text.slice(Math.max(0, start - WORD_LENGTH_MAX), start))![0];
  const after = WORD_AFTER.exec(text.slice(end, end + WORD_LENGTH_MAX))![0];
  return { start: start - before.length, end: end + after.length };
}

const WORD_LENGTH_MAX = 40;
const WORD_BEFORE = /[\p{L}\p{M}]*$/u;
const WORD_AFTER = /^[\p{L}\p{M}]*/u;

function compile(own: WordList | null): Words {
  const others = Object.values(LISTS).filter((list) => list !== own);
  const all = own ? [own, ...others] : others;
  const entries = [...(own?.ordinaryElsewhere ?? []), ...all.flatMap(({ words }) => words)];
  return {
    trie: createWordTrie(entries, fold),
    allowed: all.flatMap(({ allowed }) => allowed.map(readAllowed)),
    ordinaryBeside: new Map(
      all.flatMap(({ ordinaryBeside }) =>
        Object.entries(ordinaryBeside).map(([entry, words]) => [entry, wholeWords(words)] as const),
      ),
    ),
  };
}

function wholeWords(words: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}])(?:${words.map(fold).join('|')})(?![\\p{L}])`, 'u');
}

function fold(text: string): string {
  return foldText(text).text;
}
