const TO_UNIT = 2 ** -32;

/**
 * Random numbers that are always the same for the same seed: xoroshiro64** (Blackman and Vigna), 32
 * bits per draw, about 3 ns. Each product has its own sequence, so it does not matter which worker
 * generates it, or when.
 */
export class SeededRandom {
  #s0 = 0;
  #s1 = 0;

  /** Starts the sequence that belongs to `seed` and `stream`. */
  restart(seed: number, stream: number): void {
    this.#s0 = mix(seed ^ mix(stream));
    this.#s1 = mix(this.#s0 + stream) | 1; // the state must not be all zeros
  }

  /** A whole number from 0 to 2^32 − 1. */
  bits(): number {
    const s0 = this.#s0;
    const s1 = this.#s1 ^ s0;
    const scrambled = Math.imul(s0, 0x9e3779bb);
    this.#s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
    this.#s1 = (s1 << 13) | (s1 >>> 19);
    return Math.imul((scrambled << 5) | (scrambled >>> 27), 5) >>> 0;
  }

  /** From 0 up to, but not including, 1. */
  unit(): number {
    return this.bits() * TO_UNIT;
  }

  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.bits() * TO_UNIT * limit);
  }
}

/** Thirty-two bits from a text, for `--seed` (FNV-1a, then mixed). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Murmur3's finalizer: every bit of the input reaches every bit of the result. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
