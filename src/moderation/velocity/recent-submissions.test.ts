import { SeededRandom } from '../../../scripts/shared/seeded-random';
import { HONEST_REVIEWS } from '../../../test/moderation/honest-reviews';
import { DISGUISES } from '../../../test/moderation/near-copies';
import { createRecentSubmissions } from './recent-submissions';
import type { SubmissionNames } from './submission-names';
import { signatureOf } from './text-signature';

const NOBODY: SubmissionNames = { author: 0, review: 0, host: 0, network: 0, text: null };

function startedRandom(): SeededRandom {
  const random = new SeededRandom();
  random.restart(2, 2);
  return random;
}

describe('the recent submissions', () => {
  it('counts each kind of name separately, up to the given maximum', () => {
    const recent = createRecentSubmissions();
    for (let i = 0; i < 5; i += 1) recent.add({ ...NOBODY, author: 7, host: 7 }, 0);
    recent.add({ ...NOBODY, network: 7 }, 0);
    expect(recent.count('author', 7, 100)).toBe(5);
    expect(recent.count('author', 7, 3)).toBe(3);
    expect(recent.count('network', 7, 100)).toBe(1);
    expect(recent.count('host', 8, 100)).toBe(0);
  });

  it('does not count the name 0', () => {
    const recent = createRecentSubmissions();
    for (let i = 0; i < 5; i += 1) recent.add(NOBODY, 0);
    expect(recent.count('host', 0, 100)).toBe(0);
  });

  it('counts the same as a full scan, also when the ring is full and names share buckets', () => {
    const random = startedRandom();
    const recent = createRecentSubmissions(500);
    const added: number[] = [];
    for (let i = 0; i < 5_000; i += 1) {
      const author = 1 + random.below(200) ** 2;
      recent.add({ ...NOBODY, author }, i);
      added.push(author);
    }
    for (let root = 0; root < 200; root += 1) {
      const name = 1 + root ** 2;
      const expected = added.slice(-500).filter((each) => each === name).length;
      expect(recent.count('author', name, 500)).toBe(expected);
    }
    expect(recent.size).toBe(500);
    expect(recent.forgotten).toBe(4_500);
  });

  it('forgets entries that are too old, and no others', () => {
    const recent = createRecentSubmissions();
    for (const at of [1, 2, 3]) recent.add({ ...NOBODY, author: 7 }, at);
    recent.expire(2);
    expect(recent.count('author', 7, 100)).toBe(2);
    expect(recent.size).toBe(2);
    recent.expire(10);
    expect(recent.count('author', 7, 100)).toBe(0);
    recent.add({ ...NOBODY, author: 7 }, 11);
    expect(recent.count('author', 7, 100)).toBe(1);
    expect(recent.forgotten).toBe(0);
  });

  it('finds the near copies of a text among others', () => {
    const random = startedRandom();
    const recent = createRecentSubmissions();
    const [text = '', ...others] = HONEST_REVIEWS;
    for (const other of others) recent.add({ ...NOBODY, text: signatureOf(other, 1) }, 0);
    const disguises = Object.values(DISGUISES);
    for (const disguise of disguises)
      recent.add({ ...NOBODY, text: signatureOf(disguise(text, random), 1) }, 0);
    recent.add(NOBODY, 0);
    expect(recent.countCopies(signatureOf(text, 1)!, 100)).toBe(disguises.length);
    expect(recent.countCopies(signatureOf(text, 1)!, 3)).toBe(3);
  });
});
