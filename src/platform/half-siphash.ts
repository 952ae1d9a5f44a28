/**
 * HalfSipHash-1-3 with a 64-bit result, over 32-bit words.
 *
 * Source: Aumasson and Bernstein, https://github.com/veorq/SipHash (halfsiphash.c), with one round
 * per word and three at the end, as Linux hashes its tables. The test compares it with that code's
 * results. Bound: linear in the number of words; allocates nothing.
 */
export interface HalfSipHash {
  /**
   * Hashes the first `count` words and then `last`. The reference puts the length in bytes into the
   * top byte of `last`, and the bytes that do not fill a word below it.
   */
  hash(words: Int32Array, count: number, last: number): void;
  /**
   * The first and the second four bytes of the result, little-endian. Valid until the next call.
   */
  readonly result: Int32Array;
}

/** @param key at least 8 bytes, of which the first 8 count */
export function createHalfSipHash(key: Buffer): HalfSipHash {
  const k0 = key.readInt32LE(0);
  const k1 = key.readInt32LE(4);
  const result = new Int32Array(2);

  // One loop over local variables: a function per round takes several times as long.
  function hash(words: Int32Array, count: number, last: number): void {
    let v0 = k0;
    let v1 = k1 ^ 0xee;
    let v2 = 0x6c796765 ^ k0;
    let v3 = 0x74656462 ^ k1;
    const halfway = count + 3;
    const end = count + 6;
    for (let i = 0; i <= end; i += 1) {
      const word = i < count ? words[i]! : i === count ? last : 0;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
      if (i === count) v2 ^= 0xee;
      else if (i === halfway) {
        result[0] = v1 ^ v3;
        v1 ^= 0xdd;
      }
    }
    result[1] = v1 ^ v3;
  }

  return { hash, result };
}
