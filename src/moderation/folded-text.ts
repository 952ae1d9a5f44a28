import lookalikes from 'unhomoglyph/data.json';

/**
 * A text as the checks read it: what looks alike is written alike, and every place can be found
 * again in the original.
 *
 * Algorithm, for each code point by itself: compatibility decomposition (NFKD: full-width, circled
 * and mathematical letters become plain ones), accents away, default-ignorable characters away,
 * lower case, and what Unicode calls confusable with a Latin letter becomes that letter (Cyrillic
 * `с` is `c`). `ß` is `ss`. Every kind of space is a blank; line breaks stay. Digits and signs
 * stay: whether `0` means `o` depends on what stands beside it.
 *
 * Bound: linear in the text's length. A code point gives at most 18 others (U+FDFA).
 */
export interface FoldedText {
  readonly text: string;
  /**
   * The place in the original, in UTF-16 code units, of each unit of `text`; null: the same place.
   */
  readonly places: Uint32Array | null;
}

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

/** Where the text `[start, end)` of a folded text stands in its original. */
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
 * Accents and other marks that go with letters of any script; the vowel signs of Indic scripts are
 * not among them.
 */
const MARKS = /(?=\p{M})\p{Script=Inherited}/gu;

/**
 * A folded code point is asked for again and again: a language has some hundreds. At most
 * FOLDED_MAX are kept, some hundred kilobytes, so that a text of all of Unicode fills no memory.
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
  const plain = lessUsualLetter(character, codePoint) ?? character.normalize('NFKD');
  const letters = [...plain.toLowerCase().normalize('NFKD').replace(MARKS, '')];
  return letters.map((letter) => LATIN_OF.get(letter) ?? letter).join('');
}

const SMALL_CAPITALS = [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ-ʏᴢ'];

/**
 * White letters in black circles and squares, and small capitals: NFKD and Unicode's table leave
 * them as they are.
 */
function lessUsualLetter(character: string, codePoint: number): string | undefined {
  for (const first of [0x1f150, 0x1f170])
    if (codePoint >= first && codePoint < first + 26) return latinLetter(codePoint - first);
  const smallCapital = character === '-' ? -1 : SMALL_CAPITALS.indexOf(character);
  return smallCapital === -1 ? undefined : latinLetter(smallCapital);
}

function latinLetter(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

/**
 * Which Latin letters a lower-case letter of another kind looks like, from Unicode's table of
 * confusables (UTS #39) in `unhomoglyph`. ASCII stays: the table would make `rn` of `m`. Where only
 * the capital looks like a Latin one (Cyrillic `В`), its small letter stands for it.
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
