/**
 * Finds the entries of a word list (words/word-list.ts) in a folded text, also where they are
 * disguised.
 *
 * Algorithm: walk a trie of the entries from each place where a word begins, and for `*word*`
 * entries from each letter. During the walk a letter may be repeated (`fuuuck`), replaced by a
 * digit or sign that looks like it (`sh1t`), hidden (`f*ck`), or set apart from the next letter
 * (`f.u.c.k`, `f u c k`, `fu.ck`). At least two letters and half of the word must be plain, so that
 * numbers and measures do not match.
 * Bound: a walk visits at most STEPS_MAX nodes of the trie and usually not more than two, so the
 * time is linear in the text.
 * Failure: a text built to use up the steps of a walk, with dozens of stars, hides the word at its
 * start.
 */
export interface WordTrie {
  readonly atWordStart: TrieNode;
  readonly anywhere: TrieNode;
}

interface TrieNode {
  readonly next: Map<number, TrieNode>;
  entry: Entry | null;
}

interface Entry {
  /** As written in the list. */
  readonly name: string;
  /** Number of letters, without spaces. */
  readonly length: number;
  /** Whether the word may continue after the entry. */
  readonly isOpen: boolean;
}

export interface FoundWord {
  readonly entry: string;
  /** Places in the folded text, in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/**
 * Builds the tries for a list of entries.
 *
 * @param fold folds an entry in the same way as the texts
 */
export function createWordTrie(
  entries: Iterable<string>,
  fold: (text: string) => string,
): WordTrie {
  const trie: WordTrie = { atWordStart: createNode(), anywhere: createNode() };
  for (const name of entries) {
    const letters = fold(name.replace(/^\*|\*$/g, ''));
    let node = name.startsWith('*') ? trie.anywhere : trie.atWordStart;
    for (let at = 0; at < letters.length; at += 1) {
      const code = letters.charCodeAt(at);
      if (!node.next.has(code)) node.next.set(code, createNode());
      node = node.next.get(code)!;
    }
    node.entry = { name, length: letters.replaceAll(' ', '').length, isOpen: name.endsWith('*') };
  }
  return trie;
}

function createNode(): TrieNode {
  return { next: new Map(), entry: null };
}

/** The letters that a sign or digit may stand for. */
const LETTERS_OF_SIGN: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'il',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'il',
  '+': 't',
  '€': 'e',
};
/** Signs that hide any letter. */
const HIDING: ReadonlySet<number> = new Set([...'*#@'].map((each) => each.charCodeAt(0)));
const BLANK = ' '.charCodeAt(0);
const LINE_BREAK = '\n'.charCodeAt(0);

/**
 * The kind of each UTF-16 code unit. The table is made once, because testing a regular expression
 * for each character would take most of the time.
 */
const LETTER = 1;
const DIGIT = 2;
const kinds = new Uint8Array(0x10000);
for (let code = 0; code < kinds.length; code += 1) {
  const character = String.fromCharCode(code);
  if (/[\p{L}\p{M}\ud800-\udfff]/u.test(character)) kinds[code] = LETTER;
  else if (/\p{N}/u.test(character)) kinds[code] = DIGIT;
}
const signs = new Map(
  Object.entries(LETTERS_OF_SIGN).map(([sign, letters]) => [
    sign.charCodeAt(0),
    [...letters].map((each) => each.charCodeAt(0)),
  ]),
);

const STEPS_MAX = 400;
/** A run of more stars than this does not count as hidden letters. */
const HIDDEN_RUN_MAX = 4;
/** How many signs may stand between two letters of a word that is spelt out: `f . u . c . k`. */
const GAP_MAX = 3;
const REPEATS_MAX = 16;
/** A shorter broken word is too often the end of one sentence and the beginning of the next. */
const BROKEN_WORD_LENGTH_MIN = 4;

/** Finds the entries in a folded text, from left to right without overlaps. @param text folded */
export function findWords({ atWordStart, anywhere }: WordTrie, text: string): FoundWord[] {
  const found: FoundWord[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isLetter = kinds[code] === LETTER;
    if (!isLetter && !signs.has(code)) continue;
    const before = at === 0 ? 0 : kinds[text.charCodeAt(at - 1)]!;
    const startsWord = isLetter ? before !== LETTER : before === 0;
    const word =
      (startsWord && mayBegin(atWordStart, text, at) && walk(atWordStart, text, at)) ||
      (isLetter &&
        !isRepeated(text, at) &&
        mayBegin(anywhere, text, at) &&
        walk(anywhere, text, at));
    if (!word) continue;
    found.push(word);
    at = word.end - 1;
  }
  return found;
}

/** Whether the letter before is the same: then the walk from that one already reads this letter. */
function isRepeated(text: string, at: number): boolean {
  return at > 0 && text.charCodeAt(at - 1) === text.charCodeAt(at);
}

/** Rejects nearly all places by their first two characters, before a walk starts. */
function mayBegin(root: TrieNode, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const letters = signs.get(code);
  if (letters) return letters.some((letter) => root.next.has(letter));
  const node = root.next.get(code);
  if (!node) return false;
  const second = text.charCodeAt(at + 1);
  return kinds[second] !== LETTER || second === code || node.next.has(second);
}

/**
 * A letter counts as repeated only if it occurs at least three times: written twice, it makes
 * another word (`foder` and fodder, `neger` and negeer).
 */
const REPEATS_MIN = 2;
const APOSTROPHES: ReadonlySet<number> = new Set(
  ["'", '’', '`', '´'].map((each) => each.charCodeAt(0)),
);

/** How the letters that the walk has read relate to each other. */
interface Trail {
  /** Number of letters that are written plainly, not as a sign and not hidden. */
  readonly plain: number;
  /**
   * Number of neighbouring pairs of letters with nothing between them (`joined`) and with something
   * between them (`apart`). A repeated letter does not count as a pair (`ss` is `ß`).
   */
  readonly joined: number;
  readonly apart: number;
  /** Whether a space, an apostrophe or more than one sign separates any of them. */
  readonly isWide: boolean;
  readonly last: number;
  readonly repeats: number;
}

const NO_TRAIL: Trail = { plain: 0, joined: 0, apart: 0, isWide: false, last: 0, repeats: 0 };

/** Returns the longest entry that starts at `start`, or null. */
function walk(root: TrieNode, text: string, start: number): FoundWord | null {
  let steps = 0;
  let best: FoundWord | null = null;

  function read(node: TrieNode, at: number, trail: Trail): void {
    steps += 1;
    if (steps > STEPS_MAX) return;
    if (node.entry && (best === null || at > best.end) && fits(node.entry, text, start, at, trail))
      best = { entry: node.entry.name, start, end: at };
    if (at < text.length) step(node, at, 0, trail);
  }

  /** Reads the character at `at`. `gap` signs separate it from the letter before. */
  function step(node: TrieNode, at: number, gap: number, trail: Trail): void {
    const code = text.charCodeAt(at);
    if (kinds[code] === LETTER) {
      readLetter(node, at, code, gap, trail, 1);
      return;
    }
    const letters = signs.get(code);
    for (const letter of letters ?? []) readLetter(node, at, letter, gap, trail, 0);
    if (trail.plain === 0) return;
    if (gap === 0 && HIDING.has(code) && runOf(text, at) <= HIDDEN_RUN_MAX) {
      for (const [letter, next] of node.next)
        if (letter !== BLANK) read(next, at + 1, { ...trail, joined: trail.joined + 1, last: 0 });
    }
    if (letters || kinds[code] === DIGIT) return;
    if (gap < GAP_MAX && at + 1 < text.length) {
      const isWide =
        trail.isWide || code === BLANK || code === LINE_BREAK || gap > 0 || APOSTROPHES.has(code);
      step(node, at + 1, gap + 1, { ...trail, isWide });
    }
    const nextWord = gap === 0 ? node.next.get(BLANK) : undefined;
    if (nextWord) readNextWord(nextWord, at, trail);
  }

  function readLetter(
    node: TrieNode,
    at: number,
    letter: number,
    gap: number,
    trail: Trail,
    plain: 0 | 1,
  ): void {
    const isFirst = trail === NO_TRAIL;
    const joined = trail.joined + (isFirst || gap > 0 || letter === trail.last ? 0 : 1);
    const apart = trail.apart + (gap > 0 ? 1 : 0);
    const next = isRepeatedWell(trail) && node.next.get(letter);
    if (next)
      read(next, at + 1, {
        ...trail,
        plain: trail.plain + plain,
        joined,
        apart,
        last: letter,
        repeats: 0,
      });
    if (letter === trail.last && gap === 0 && trail.repeats < REPEATS_MAX)
      read(node, at + 1, { ...trail, joined, apart, repeats: trail.repeats + 1 });
  }

  /**
   * Skips to the next word of an entry. Anything but letters and digits may stand between two
   * words.
   */
  function readNextWord(node: TrieNode, at: number, trail: Trail): void {
    let next = at;
    while (next < text.length && next - at <= GAP_MAX && kinds[text.charCodeAt(next)] === 0)
      next += 1;
    read(node, next, { ...trail, last: 0 });
  }

  read(root, start, NO_TRAIL);
  return best;
}

/** Returns how many equal characters start at `at`; it stops counting just above HIDDEN_RUN_MAX. */
function runOf(text: string, at: number): number {
  let end = at;
  while (end - at <= HIDDEN_RUN_MAX && text.charCodeAt(end) === text.charCodeAt(at)) end += 1;
  return end - at;
}

function isRepeatedWell({ repeats }: Trail): boolean {
  return repeats === 0 || repeats >= REPEATS_MIN;
}

/** Whether the letters that were read are plain and close enough to count as the entry. */
function fits(
  { length, isOpen }: Entry,
  text: string,
  start: number,
  end: number,
  trail: Trail,
): boolean {
  if (trail.plain < 2 || 2 * trail.plain < length) return false;
  if (!isOpen && end < text.length && kinds[text.charCodeAt(end)] === LETTER) return false;
  if (trail.apart === 0) return true;
  if (trail.joined === 0)
    return (
      !SINGLE_BEFORE.test(text.slice(Math.max(0, start - 5), start)) &&
      (isOpen || !SINGLE_AFTER.test(text.slice(end, end + 6)))
    );
  return !trail.isWide && length >= BROKEN_WORD_LENGTH_MIN;
}

/**
 * A word that is spelt out must be complete: a single letter before or after it makes it another
 * word.
 */
const SINGLE_BEFORE = /(?<![\p{L}\p{N}])\p{L}[^\p{L}\p{N}\n]{1,3}$/u;
const SINGLE_AFTER = /^[^\p{L}\p{N}\n]{1,3}\p{L}(?![\p{L}\p{N}])/u;
