import { createHalfSipHash } from '../../platform/half-siphash';

/**
 * Identifies a client in the throttle, in memory and between instances, by a keyed 64-bit hash.
 *
 * Algorithm: HalfSipHash-1-3 (platform/half-siphash.ts), keyed with a secret that all instances
 * share. The key has two purposes: nobody can choose addresses that fall into one set of the table,
 * and nobody can turn exchanged hashes back into addresses by trying them all. An IPv4 address is
 * hashed as one word. Of an IPv6 address only the first 64 bits are hashed, because a customer
 * usually has all 2^64 addresses behind them. Bound: among a million clients, the probability that
 * two share a hash is 3 in 100 million. Allocates nothing.
 */
export interface ClientIdentity {
  /**
   * Hashes an address in any textual form, as Express reports it, into `high` and `low`. A text
   * that is no address is hashed as text.
   */
  ofAddress(address: string): void;
  /** Hashes an API client's id into `high` and `low`. */
  ofClient(clientId: string): void;
  /** Two signed 32-bit halves; never both zero. Valid until the next call. */
  high: number;
  low: number;
}

const ADDRESS_V4 = 4;
const ADDRESS_V6 = 6;
const TEXT = 7;
const CLIENT = 9;

const MAPPED_PREFIX = '::ffff:'.length;
const COLON = 58;
const DOT = 46;
const ZERO = 48;
const LOWER_A = 97;

/** Longer texts are cut after 256 characters; an API client's id has at most 128. */
const WORDS_MAX = 128;

/** @param secret at least 8 bytes */
export function createClientIdentity(secret: Buffer): ClientIdentity {
  const siphash = createHalfSipHash(secret);
  const words = new Int32Array(WORDS_MAX);
  let upper = 0; // the first 64 bits of an IPv6 address
  let lower = 0;

  /** `kind` is the last word, so that an address and a client's id never hash the same input. */
  function hash(count: number, kind: number): void {
    siphash.hash(words, count, kind);
    const low = siphash.result[0]!;
    const high = siphash.result[1]!;
    identity.high = high;
    identity.low = high === 0 && low === 0 ? 1 : low; // zero marks a free slot
  }

  function ofText(text: string, kind: number): void {
    const length = Math.min(text.length, WORDS_MAX * 2);
    for (let i = 0; i < length; i += 2)
      words[i >> 1] = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    hash((length + 1) >> 1, kind | (text.length << 8));
  }

  function ofAddress(address: string): void {
    const isMapped = address.charCodeAt(0) === COLON && /^::ffff:/i.test(address);
    const v4 = parseV4(address, isMapped ? MAPPED_PREFIX : 0);
    if (v4 >= 0) {
      words[0] = v4;
      hash(1, ADDRESS_V4);
    } else if (readNetwork(address)) {
      words[0] = upper;
      words[1] = lower;
      hash(2, ADDRESS_V6);
    } else {
      ofText(address, TEXT);
    }
  }

  /**
   * Reads the first four groups of an IPv6 address into `upper` and `lower`. `::` stands for as
   * many zero groups as are missing. @returns false if the text is no IPv6 address
   */
  function readNetwork(address: string): boolean {
    const gap = address.indexOf('::');
    const before = gap < 0 ? address.length : gap;
    const groupsAfter = gap < 0 ? 0 : countGroups(address, gap + 2);
    const groupsBefore = readGroups(address, 0, before, 0);
    if (groupsBefore < 0 || groupsBefore + groupsAfter > 8) return false;
    if (gap < 0) return groupsBefore === 8;
    return readGroups(address, gap + 2, address.length, 8 - groupsAfter) >= 0;
  }

  /**
   * Reads groups from `start` to `end`; the first is group number `first`. @returns how many there
   * were, or −1 if the text is no address
   */
  function readGroups(address: string, start: number, end: number, first: number): number {
    if (first === 0) {
      upper = 0;
      lower = 0;
    }
    let group = first;
    let value = 0;
    let digits = 0;
    for (let i = start; i < end; i += 1) {
      const code = address.charCodeAt(i);
      if (code === COLON) {
        if (digits === 0) return -1;
        placeGroup(group, value);
        group += 1;
        value = 0;
        digits = 0;
        continue;
      }
      const digit = hexDigit(code);
      if (digit < 0) {
        if (group < 4) return -1;
        break; // a zone or dotted decimal after the first four groups, which alone count
      }
      value = (value << 4) | digit;
      digits += 1;
      if (digits > 4) return -1;
    }
    if (digits > 0) {
      placeGroup(group, value);
      group += 1;
    }
    return group - first;
  }

  function placeGroup(group: number, value: number): void {
    if (group === 0) upper |= value << 16;
    else if (group === 1) upper |= value;
    else if (group === 2) lower |= value << 16;
    else if (group === 3) lower |= value;
  }

  const identity: ClientIdentity = {
    ofAddress,
    ofClient: (clientId) => ofText(clientId, CLIENT),
    high: 0,
    low: 0,
  };
  return identity;
}

/** Counts the 16-bit groups after `::`; a dotted decimal tail counts as two. */
function countGroups(address: string, start: number): number {
  if (start >= address.length) return 0;
  let groups = 1;
  for (let i = start; i < address.length; i += 1) {
    const code = address.charCodeAt(i);
    if (code === COLON) groups += 1;
    else if (code === DOT) return groups + 1;
  }
  return groups;
}

/** Reads dotted decimal from `start` to the end: a number below 2^32, or −1 if it is none. */
function parseV4(text: string, start: number): number {
  let word = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0) return -1;
      word = word * 256 + octet;
      octet = 0;
      digits = 0;
      dots += 1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return -1;
    octet = octet * 10 + digit;
    digits += 1;
    if (octet > 255) return -1;
  }
  return dots === 3 && digits > 0 ? word * 256 + octet : -1;
}

function hexDigit(code: number): number {
  const decimal = code - ZERO;
  if (decimal >= 0 && decimal <= 9) return decimal;
  const letter = (code | 32) - LOWER_A;
  return letter >= 0 && letter <= 5 ? letter + 10 : -1;
}
