import { SeededRandom } from '../../../scripts/shared/seeded-random';
import { HONEST_REVIEWS } from '../../../test/moderation/honest-reviews';
import { DISGUISES } from '../../../test/moderation/near-copies';
import { isCopy, signatureOf } from './text-signature';

const SEED = 20_261_125;

function areCopies(one: string, other: string): boolean {
  return isCopy(signatureOf(one, SEED)!, 0, signatureOf(other, SEED)!, 0);
}

describe('the signature of a text', () => {
  it('finds no copies among a hundred honest reviews, even if they share phrases', () => {
    const copies: string[] = [];
    for (const [index, one] of HONEST_REVIEWS.entries())
      for (const other of HONEST_REVIEWS.slice(index + 1))
        if (areCopies(one, other)) copies.push(`${one}\n${other}`);
    expect(copies).toEqual([]);
  });

  it.each(Object.entries(DISGUISES))('finds a copy despite %s', (_name, disguise) => {
    const random = new SeededRandom();
    random.restart(1, 1);
    // A Japanese text has no spaces: this test treats it as one word.
    const texts = HONEST_REVIEWS.filter((text) => text.includes(' '));
    expect(texts.filter((text) => !areCopies(text, disguise(text, random)))).toEqual([]);
  });

  it('does not compare texts that are too short to tell a copy from a coincidence', () => {
    expect(signatureOf('Great product, fits well, would buy again. Five stars!', SEED)).toBeNull();
    expect(signatureOf('!? '.repeat(500), SEED)).toBeNull();
  });

  it('differs under another seed, so that nobody can test guesses', () => {
    const [text = ''] = HONEST_REVIEWS;
    expect(isCopy(signatureOf(text, 1)!, 0, signatureOf(text, 2)!, 0)).toBe(false);
  });

  it('accepts a text of one repeated letter and a text of the maximum length', () => {
    expect(areCopies('a'.repeat(100), 'a'.repeat(5_000))).toBe(true);
    expect(areCopies('a'.repeat(100), 'b'.repeat(100))).toBe(false);
    const long = HONEST_REVIEWS.join(' ').slice(0, 5_000);
    expect(areCopies(long, `${long.slice(2_000)} ${long.slice(0, 2_000)}`)).toBe(true);
  });
});
