import lookalikes from 'unhomoglyph/data.json';

/**
 * A text in the form that the checks read: characters that look alike are written alike, and every
 * place in the folded text maps back to a place in the original.
 *
 * Algorithm: each code point is folded by itself. Compatibility decomposition (NFKD) makes
 * full-width, circled and mathematical letters plain. Accents and default-ignorable characters are
 * removed. Letters become lower case. A letter that Unicode calls confusable with a Latin letter
 * becomes that letter (Cyrillic `с` becomes `c`). `ß` becomes `ss`. Every kind of space becomes a
 * plain space; line breaks stay. Digits and signs stay, because whether `0` means `o` depends on
 * the characters beside it.
 * Bound: linear in the text's length. One code point becomes at most 18 code units (U+FDFA).
 * Failure: none. Lone surrogates and unassigned code points are accepted.
 */
export interface FoldedText {
  readonly text: string;
  /**
   * For each code unit of `text`, its place in the original, in UTF-16 code units. Null: the places
   * are the same.
   */
  readonly places: Uint32Array | null;
}

/** Folds a text. ASCII texts, which are the most frequent, take a shorter path. */
export function foldText(original: string): FoldedText {
  if (IS_ASCII.test(original))
    return { text: original.toLowerCase().replace(/[\t\r\f\v]/g, ' '), places: null };
  const pieces: string[] = [];
  const places: number[] = [];
  for (let at = 0; at < original.length; ) {
    const codePoint = original.codePointAt(at)!;
    const folded = foldCodePoint(codePoint);
    pieces.push(folded);
    for (let unit = 0; unit < folded.length; unit += 1) places.push(at);
    at += codePoint > 0xffff ? 2 : 1;
  }
  return { text: pieces.join(''), places: Uint32Array.from(places) };
}

/**
 * Translates the range `[start, end)` of a folded text into a range of its original. All places are
 * in UTF-16 code units. The range must not be empty.
 */
export function placeInOriginal(
  { places }: FoldedText,
  original: string,
  start: number,
  end: number,
): { start: number; end: number } {
  if (places === null) return { start, end };
  const last = places[end - 1]!;
  return { start: places[start]!, end: last + (original.codePointAt(last)! > 0xffff ? 2 : 1) };
}

const IS_ASCII = /^[\0-\x7f]*$/;
const IS_IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{Cf}]$/u;
const IS_SPACE = /^[\s\u2800]$/u;
/**
 * Accents and other marks that combine with letters of any script. The vowel signs of Indic scripts
 * belong to one script and stay.
 */
const MARKS = /(?=\p{M})\p{Script=Inherited}/gu;

/**
 * Cache of folded code points. A language uses a few hundred of them again and again. At most
 * FOLDED_MAX are kept (a few hundred kilobytes), so that a text with all of Unicode does not fill
 * the memory.
 */
const folded = new Map<number, string>();
const FOLDED_MAX = 8_192;

function foldCodePoint(codePoint: number): string {
  const known = folded.get(codePoint);
  if (known !== undefined) return known;
  const made = fold(String.fromCodePoint(codePoint), codePoint);
  if (folded.size < FOLDED_MAX) folded.set(codePoint, made);
  return made;
}

function fold(character: string, codePoint: number): string {
  if (character === '\n') return '\n';
  if (IS_SPACE.test(character)) return codePoint === 0x2028 || codePoint === 0x2029 ? '\n' : ' ';
  if (IS_IGNORABLE.test(character)) return '';
  if (character === 'ß' || character === 'ẞ') return 'ss';
  const plain = decorativeLetter(character, codePoint) ?? character.normalize('NFKD');
  const letters = [...plain.toLowerCase().normalize('NFKD').replace(MARKS, '')];
  return letters.map((letter) => LATIN_OF.get(letter) ?? letter).join('');
}

const SMALL_CAPITALS = [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ-ʏᴢ'];

/**
 * Letters that NFKD and Unicode's table of confusables leave as they are: white letters in black
 * circles and squares, and small capitals.
 */
function decorativeLetter(character: string, codePoint: number): string | undefined {
  for (const first of [0x1f150, 0x1f170])
    if (codePoint >= first && codePoint < first + 26) return latinLetter(codePoint - first);
  const smallCapital = character === '-' ? -1 : SMALL_CAPITALS.indexOf(character);
  return smallCapital === -1 ? undefined : latinLetter(smallCapital);
}

function latinLetter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/**
 * Maps a lower-case letter of another script to the Latin letters that it looks like. The source is
 * Unicode's table of confusables (UTS #39) in `unhomoglyph`. ASCII letters are not mapped: the
 * table would turn `m` into `rn`. If only the capital looks like a Latin letter (Cyrillic `В`), its
 * lower-case form is mapped to that letter.
 */
const LATIN_OF = readConfusables(lookalikes);

function readConfusables(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const latinOf = new Map<string, string>();
  const plain = Object.entries(table)
    .map(([from, to]) => [from, to.normalize('NFKD').replace(MARKS, '').toLowerCase()] as const)
    .filter(
      ([from, to]) => !IS_ASCII.test(from) && [...from].length === 1 && /^[a-z]{1,2}$/.test(to),
    );
  for (const [from, to] of plain) if (from === from.toLowerCase()) latinOf.set(from, to);
  for (const [from, to] of plain) {
    const small = from.toLowerCase();
    if (to.length === 1 && !latinOf.has(small) && !IS_ASCII.test(small)) latinOf.set(small, to);
  }
  return latinOf;
}
