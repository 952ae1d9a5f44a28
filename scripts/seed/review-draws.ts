import type { SeededRandom } from '../shared/seeded-random';
import { csvField, flat } from './csv-text';

/** Draws the properties of a review, in shares like those of a real store. */

/** 1 % flagged by shoppers, 0.3 % waiting for a moderator, 0.2 % rejected by one. */
export function drawState(random: SeededRandom): number {
  const unit = random.unit();
  if (unit >= 0.015) return APPROVED;
  if (unit >= 0.005) return 1;
  return unit >= 0.002 ? 2 : 3;
}
export const STATES = ['approved', 'flagged', 'pending', 'rejected'];
export const APPROVED = 0;

/** 0 no, 1 yes, 2 no answer: one in ten. */
export function drawRecommended(random: SeededRandom, rating: number): number {
  const unit = random.unit();
  if (unit < 0.1) return 2;
  return unit < 0.1 + 0.9 * RECOMMENDED_SHARES[rating]! ? 1 : 0;
}
const RECOMMENDED_SHARES = [0, 0.04, 0.12, 0.45, 0.92, 0.98];
export const RECOMMENDED = ['false', 'true', 'null'];

/** Two thirds have no helpful vote, one in a hundred more than twenty, a few some hundreds. */
export function drawHelpful(random: SeededRandom): number {
  const unit = random.unit();
  return unit < 0.66 ? 0 : Math.min(HELPFUL_MAX, Math.floor(((1 - unit) / 0.34) ** -0.85));
}

/** One review in eight has photos. */
export function drawPhotoCount(random: SeededRandom): number {
  return random.unit() < 0.12 ? 1 + Math.min(random.below(5), random.below(5)) : 0;
}
export const PHOTOS_MAX = 5;
export const HELPFUL_MAX = 2_000;

/** Shares of 1, 2, 3, 4 and 5 stars from the worst products to the best. */
const RATING_SHARES = [
  [0.3, 0.18, 0.16, 0.18, 0.18],
  [0.14, 0.11, 0.15, 0.27, 0.33],
  [0.08, 0.07, 0.11, 0.27, 0.47],
  [0.05, 0.05, 0.08, 0.26, 0.56],
  [0.03, 0.03, 0.06, 0.23, 0.65],
  [0.02, 0.02, 0.04, 0.18, 0.74],
];

/** 256 ratings each, in these shares, so that one lookup draws a rating. */
const RATING_TABLES = RATING_SHARES.map((shares) => {
  const table = new Uint8Array(256).fill(5);
  let from = 0;
  for (const [i, share] of shares.entries()) {
    const to = Math.round(from + share * 256);
    table.fill(i + 1, from, to);
    from = to;
  }
  return table;
});

/** The rating table of a product. Good products are more common than bad ones. */
export function drawRatingTable(random: SeededRandom): Uint8Array {
  return RATING_TABLES[Math.floor(Math.max(random.unit(), random.unit()) * RATING_TABLES.length)]!;
}

/** A kind of product: which characteristics its reviewers rate, and every possible answer. */
export interface Kind {
  names: readonly string[];
  /**
   * The first one has no answers. `field` and `json` have the form of the file; `field` includes
   * the comma after it.
   */
  answers: readonly { values: readonly number[]; field: string; json: string }[];
}

const KINDS: Kind[] = [
  ['Size', 'Width', 'Comfort', 'Quality'],
  ['Fit', 'Length', 'Comfort', 'Quality'],
  ['Fit', 'Quality'],
  ['Size', 'Comfort'],
  ['Quality'],
  [],
].map((names) => ({ names, answers: listAnswers(names) }));

function listAnswers(names: readonly string[]): Kind['answers'] {
  const answers = [{ values: [] as number[], field: ',', json: '{}' }];
  for (let n = 0; names.length > 0 && n < 5 ** names.length; n += 1) {
    const values = names.map((_, i) => 1 + (Math.floor(n / 5 ** i) % 5)); // the digits of n in base 5
    const json = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, values[i]])));
    answers.push({
      values,
      field: flat(`${csvField(json)},`),
      json: flat(json.replaceAll('"', '""')),
    });
  }
  return answers;
}

export function drawKind(random: SeededRandom): Kind {
  return KINDS[random.below(KINDS.length)]!;
}

/** One review in four has no answers; the others lean to the upper half of the scale. */
export function drawAnswer(random: SeededRandom, { answers }: Kind): Kind['answers'][number] {
  return answers[
    random.unit() < 0.25 ? 0 : Math.max(random.below(answers.length), random.below(answers.length))
  ]!;
}

/** The number of details after the opener of a body. */
export const DETAIL_COUNTS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 5];
