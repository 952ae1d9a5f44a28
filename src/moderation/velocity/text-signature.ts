import { foldText } from '../folded-text';

/**
 * What a text has in common with its near copies, in 64 bytes that do not say what it was.
 *
 * Algorithm: one-permutation MinHash (Broder 1997; Li, Owen, Zhang 2012). Every run of five letters
 * of the text is hashed with a key; the hash chooses one of 64 bins, and each bin keeps the lowest
 * byte of its least hash. Two texts have a bin in common with a probability that is the share of
 * runs they have in common, whatever their order. A bin that nothing fell into borrows from the
 * next one (Shrivastava, Li 2014), so short texts compare as well as long ones. What is read are
 * letters and digits as folded-text.ts writes them: look-alikes, case, punctuation and emoji make
 * no difference.
 *
 * Figures: docs/decisions/0085-count-created-reviews-and-near-copies.md says how BINS_OF_A_COPY was
 * chosen.
 */
export const SIGNATURE_BYTES = 64;

/** So many equal bins make a copy: texts that share about half of their runs. */
const BINS_OF_A_COPY = 30;
const DIFFERING_MAX = SIGNATURE_BYTES - BINS_OF_A_COPY;

/**
 * In letters, digits and single blanks. Shorter ones are too often made of the same stock phrases
 * ("great product, fits well, would buy again").
 */
const COMPARED_LENGTH_MIN = 80;

const RUN = 5;
/** The multiplier of the FNV hash. */
const FACTOR = 0x01000193;
/** Of the letter that leaves the run: it has been multiplied RUN times by then. */
const FACTOR_OF_THE_LAST = [1, 2, 3, 4, 5].reduce((power) => Math.imul(power, FACTOR), 1);
const EMPTY = 0xffffffff;

/**
 * @param seed the same on all instances, known to nobody else; null: the text is too short to tell
 * a copy from a coincidence
 */
export function signatureOf(text: string, seed: number): Uint8Array | null {
  if (text.length < COMPARED_LENGTH_MIN) return null; // most are: nothing is read of them
  const read = readLetters(foldText(text).text);
  if (read.length < COMPARED_LENGTH_MIN) return null;
  const least = new Uint32Array(SIGNATURE_BYTES).fill(EMPTY);
  let rolling = 0;
  for (let i = 0; i < read.length; i += 1) {
    const gone = i < RUN ? 0 : Math.imul(FACTOR_OF_THE_LAST, read[i - RUN]!);
    rolling = (Math.imul(rolling, FACTOR) + read[i]! - gone) | 0;
    if (i < RUN - 1) continue;
    const hash = mix(rolling ^ seed);
    const bin = hash >>> 26;
    const value = (hash << 6) >>> 0;
    if (value < least[bin]!) least[bin] = value;
  }
  return toBytes(least);
}

/**
 * UTF-16 code units of letters and digits, and one blank for whatever else stands between two of
 * them.
 */
function readLetters(folded: string): Uint16Array {
  const read = new Uint16Array(folded.length);
  let length = 0;
  let isApart = false;
  for (let i = 0; i < folded.length; i += 1) {
    const unit = folded.charCodeAt(i);
    if (!isLetterOrDigit(unit)) {
      isApart = length > 0;
      continue;
    }
    if (isApart) {
      read[length] = BLANK;
      length += 1;
      isApart = false;
    }
    read[length] = unit;
    length += 1;
  }
  return read.subarray(0, length);
}

const BLANK = 32;
/**
 * By code unit; 0: not looked at yet. Emoji and the rare scripts beyond U+FFFF are halves, and
 * none.
 */
const classes = new Uint8Array(0x10000);
const LETTER = 1;
const OTHER = 2;

function isLetterOrDigit(unit: number): boolean {
  if (classes[unit] === 0)
    classes[unit] = /[\p{L}\p{N}]/u.test(String.fromCharCode(unit)) ? LETTER : OTHER;
  return classes[unit] === LETTER;
}

/** Whether two signatures are those of near copies. They begin at `a` and `b`. */
export function isCopy(signatures: Uint8Array, a: number, others: Uint8Array, b: number): boolean {
  let differing = 0;
  for (let i = 0; i < SIGNATURE_BYTES; i += 1) {
    if (signatures[a + i] !== others[b + i]) differing += 1;
    if (differing > DIFFERING_MAX) return false;
  }
  return true;
}

/** One byte of each bin is enough: two different values have the same one in 256 times. */
function toBytes(least: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(SIGNATURE_BYTES);
  for (let bin = 0; bin < SIGNATURE_BYTES; bin += 1) {
    let steps = 0;
    let lent = least[bin]!;
    while (lent === EMPTY) {
      steps += 1;
      lent = least[(bin + steps) % SIGNATURE_BYTES]!;
    }
    bytes[bin] = mix(lent + steps) & 0xff;
  }
  return bytes;
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
