import { foldText } from '../folded-text';

/**
 * A signature of 64 bytes that near copies of a text have in common and that does not reveal the
 * text.
 *
 * Algorithm: one-permutation MinHash (Broder 1997; Li, Owen, Zhang 2012). Every run of five letters
 * is hashed with a key; the hash selects one of 64 bins, and each bin keeps the lowest byte of its
 * smallest hash. The probability that two texts agree in a bin is the share of runs that they have
 * in common, in any order. An empty bin borrows from the next one (Shrivastava, Li 2014), so short
 * texts compare as well as long ones. Only letters and digits are read, as folded-text.ts writes
 * them: look-alikes, case, punctuation and emoji make no difference.
 * Bound: linear in the text; 64 bytes per text.
 * Failure: texts below COMPARED_LENGTH_MIN have no signature and are never copies.
 * Figures: docs/decisions/0085-count-created-reviews-and-near-copies.md says how BINS_OF_A_COPY was
 * chosen.
 */
export const SIGNATURE_BYTES = 64;

/** With this many equal bins two texts are copies: they share about half of their runs. */
const BINS_OF_A_COPY = 30;
const DIFFERING_MAX = SIGNATURE_BYTES - BINS_OF_A_COPY;

/**
 * In letters, digits and single spaces. Shorter texts are too often made of the same stock phrases
 * ("great product, fits well, would buy again").
 */
const COMPARED_LENGTH_MIN = 80;

const RUN = 5;
/** The multiplier of the FNV hash. */
const FACTOR = 0x01000193;
/** The factor of the letter that leaves the run: it has been multiplied RUN times by then. */
const FACTOR_OF_THE_LAST = [1, 2, 3, 4, 5].reduce((power) => Math.imul(power, FACTOR), 1);
const EMPTY = 0xffffffff;

/**
 * Computes the signature of a text.
 *
 * @param seed the same on all instances, and secret
 * @returns null if the text is too short to tell a copy from a coincidence
 */
export function signatureOf(text: string, seed: number): Uint8Array | null {
  if (text.length < COMPARED_LENGTH_MIN) return null; // most texts end here, unread
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
 * Returns the UTF-16 code units of letters and digits, with one space for anything else between two
 * of them.
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
 * The class of each UTF-16 code unit; 0: not known yet. Emoji and the rare scripts above U+FFFF are
 * surrogates, which count as neither letter nor digit.
 */
const classes = new Uint8Array(0x10000);
const LETTER = 1;
const OTHER = 2;

function isLetterOrDigit(unit: number): boolean {
  if (classes[unit] === 0)
    classes[unit] = /[\p{L}\p{N}]/u.test(String.fromCharCode(unit)) ? LETTER : OTHER;
  return classes[unit] === LETTER;
}

/**
 * Whether two signatures belong to near copies. They start at `a` in `signatures` and at `b` in
 * `others`.
 */
export function isCopy(signatures: Uint8Array, a: number, others: Uint8Array, b: number): boolean {
  let differing = 0;
  for (let i = 0; i < SIGNATURE_BYTES; i += 1) {
    if (signatures[a + i] !== others[b + i]) differing += 1;
    if (differing > DIFFERING_MAX) return false;
  }
  return true;
}

/**
 * Reduces each bin to one byte, which is enough: two different values have the same byte in 1 of
 * 256 cases.
 */
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
