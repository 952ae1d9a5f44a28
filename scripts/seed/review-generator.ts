import { hashText, SeededRandom } from '../shared/seeded-random';
import {
  APPROVED,
  DETAIL_COUNTS,
  drawAnswer,
  drawHelpful,
  drawKind,
  drawPhotoCount,
  drawRatingTable,
  drawRecommended,
  drawState,
  HELPFUL_MAX,
  type Kind,
  PHOTOS_MAX,
  RECOMMENDED,
  STATES,
} from './review-draws';
import { sharedTexts, type Texts } from './review-texts';
import { drawTimes, formatTime, MS_A_DAY } from './review-times';
import type { Vocabulary } from './review-vocabulary';
import { nextInOrder, planReviewCounter, type SeedPlan, type SegmentPlan } from './seed-plan';
import { SummarySums } from './summary-sums';

/**
 * Generates the rows of a segment as CSV, product by product: about 300,000 per second on one core
 * (docs/benchmarks.md). It escapes and serializes nothing per row. Every text is kept in the form
 * of the file, a JSON string with doubled quotes, and the parts that do not change between rows are
 * joined beforehand, so that a row consists of about twenty pieces. A test proves that the payloads
 * equal the output of renderPayload byte for byte.
 */

/** Raise it whenever the generated reviews change: a load of another version is not continued. */
export const GENERATOR_VERSION = 1;

/** The columns of a segment's file of summaries, in their order. */
export const SUMMARY_COLUMNS =
  'product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no, verified_count, ' +
  'photo_count, characteristics';

/** Takes the rows. The generator calls both functions in the order of the rows. */
export interface RowSink {
  review(csvLine: string): void;
  summary(csvLine: string): void;
}

/**
 * @returns a function that writes the segment's next product to the sink and returns its number of
 *   rows; 0: there are no more products
 */
export function createSegmentGenerator(
  plan: SeedPlan,
  segment: SegmentPlan,
  sink: RowSink,
): () => number {
  const reviewsOf = planReviewCounter(plan);
  const writeProduct = createProductWriter(plan, sink);
  let product = segment.firstProduct;
  let productsLeft = segment.products;
  let reviewId = segment.firstReviewId;
  return () => {
    if (productsLeft === 0) return 0;
    const rows = reviewsOf(product);
    writeProduct(product, rows, reviewId);
    reviewId += rows;
    productsLeft -= 1;
    if (productsLeft > 0) product = nextInOrder(plan, product);
    return rows;
  };
}

function createProductWriter(plan: SeedPlan, sink: RowSink) {
  const seedHash = hashText(`reviews ${plan.seed}`);
  const random = new SeededRandom();
  const writeLine = createLineWriter(random);
  const authors = authorCount(plan);
  const sums = new SummarySums();
  const times = new Float64Array(plan.productReviewsMax);

  return function writeProduct(product: number, rows: number, firstReviewId: number): void {
    random.restart(seedHash, product);
    const traits = {
      key: `,${product},`,
      ratings: drawRatingTable(random),
      kind: drawKind(random),
      sums,
    };
    const createdAt = drawTimes(random, times.subarray(0, rows));
    // All reviews of a product have different authors, because the number of authors is prime and
    // larger than any step.
    let author = random.below(authors);
    const authorStep = 1 + random.below(authors - 1);
    sums.clear();
    for (let i = 0; i < rows; i += 1) {
      sink.review(writeLine(traits, firstReviewId + i, author, createdAt[i]!));
      author += authorStep;
      if (author >= authors) author -= authors;
    }
    if (sums.count > 0) sink.summary(sums.line(product, traits.kind.names));
  };
}

interface ProductTraits {
  /** Its key as it stands between two fields. */
  key: string;
  ratings: Uint8Array;
  kind: Kind;
  sums: SummarySums;
}

function createLineWriter(random: SeededRandom) {
  const texts = sharedTexts();
  const { afterCounts, afterFlags, afterAuthor, afterBody, afterName } = buildPieces(texts);
  const { people, locales } = texts;

  return function writeLine(
    { key, ratings, kind, sums }: ProductTraits,
    reviewId: number,
    author: number,
    createdAtMs: number,
  ): string {
    const rating = ratings[random.bits() >>> 24]!;
    const { index: locale, language } = locales[random.bits() >>> 24]!;
    const state = drawState(random);
    const verified = random.unit() < 0.7;
    const recommended = drawRecommended(random, rating);
    const helpful = drawHelpful(random);
    const notHelpful =
      random.unit() < 0.15 ? Math.floor(helpful * random.unit()) + random.below(2) : 0;
    const photos = drawPhotoCount(random);
    const answer = drawAnswer(random, kind);
    if (state === APPROVED) sums.add(rating, recommended, verified, photos, answer.values);

    const words = rating > 3 ? language.happy : rating < 3 ? language.unhappy : language.mixed;
    const createdAt = formatTime(createdAtMs);
    const flags = (locale * 2 + (verified ? 1 : 0)) * 3 + recommended;
    const person = people[author % people.length]!;
    let line = `${reviewId},`;
    line += createdAt;
    line += key;
    line += COUNT_TEXTS[helpful]!;
    line += ',';
    line += COUNT_TEXTS[notHelpful]!;
    line += afterCounts[(state * 6 + rating) * (PHOTOS_MAX + 1) + photos]!;
    line += afterFlags[flags]!;
    line += answer.field;
    line += author;
    line += person.mailbox;
    line += afterAuthor[rating]!;
    line += pick(random, words.titles);
    line += drawBody(random, words);
    line += afterBody[recommended]!;
    line += person.name;
    line += afterName[flags]!;
    line += createdAt;
    line += photos === 0 ? NO_PHOTOS : drawPhotos(random, photos);
    line += answer.json;
    line += drawResponse(random, texts, rating, createdAtMs);
    return line;
  };
}

const COUNT_TEXTS = Array.from({ length: HELPFUL_MAX + 2 }, (_, n) => `${n}`);
const PARAGRAPH = '\\n\\n';
const NO_PHOTOS = '"",""photos"":[],""characteristics"":';
const NO_RESPONSE = ',""response"":null}"\n';

/** The text between the drawn values, for every possible combination. */
function buildPieces({ locales }: Texts) {
  const afterCounts: string[] = [];
  for (const [state, name] of STATES.entries()) {
    for (let rating = 1; rating <= 5; rating += 1) {
      for (let photos = 0; photos <= PHOTOS_MAX; photos += 1) {
        afterCounts[(state * 6 + rating) * (PHOTOS_MAX + 1) + photos] =
          `,${name},${rating},${photos},`;
      }
    }
  }
  const afterFlags: string[] = [];
  const afterName: string[] = [];
  for (const { index, locale } of locales) {
    for (const verified of [0, 1]) {
      for (const [recommended, name] of RECOMMENDED.entries()) {
        const flags = (index * 2 + verified) * 3 + recommended;
        afterFlags[flags] = `${name === 'null' ? '' : name},${verified === 1},${locale ?? ''},`;
        const localeJson = locale === null ? 'null' : `""${locale}""`;
        afterName[flags] =
          `""},""verified"":${verified === 1},""locale"":${localeJson},""created_at"":""`;
      }
    }
  }
  const afterAuthor = [0, 1, 2, 3, 4, 5].map((rating) => `,"{""rating"":${rating},""title"":""`);
  const afterBody = RECOMMENDED.map((name) => `"",""recommended"":${name},""author"":{""name"":""`);
  return { afterCounts, afterFlags, afterAuthor, afterBody, afterName };
}

function pick(random: SeededRandom, from: readonly string[]): string {
  return from[random.below(from.length)]!;
}

/**
 * An opener, one to five details and often a closer. A body has at least three texts, so bodies
 * hardly ever repeat.
 */
function drawBody(random: SeededRandom, { openers, details, closers }: Vocabulary): string {
  const shape = random.bits();
  let body = pick(random, openers);
  const detailCount = DETAIL_COUNTS[shape & 15]!;
  for (let i = 0; i < detailCount; i += 1) {
    const detail = pick(random, details);
    body += i === 2 ? PARAGRAPH + detail.slice(1) : detail;
  }
  if (detailCount === 1 || (shape & 0x30) === 0) {
    body += pick(random, closers);
  }
  return body;
}

function drawPhotos(random: SeededRandom, count: number): string {
  let json = '"",""photos"":[';
  for (let id = 1; id <= count; id += 1) {
    const name = random.bits().toString(16).padStart(8, '0');
    json += `${id === 1 ? '' : ','}{""id"":${id},""url"":""https://images.example.com/reviews/${name}.jpg""}`;
  }
  return `${json}],""characteristics"":`;
}

/**
 * The merchant responds to three in ten unhappy reviews and to one in 25 of the others, within six
 * days.
 */
function drawResponse(
  random: SeededRandom,
  texts: Texts,
  rating: number,
  createdAtMs: number,
): string {
  if (random.unit() >= (rating < 3 ? 0.3 : 0.04)) return NO_RESPONSE;
  const later = Math.floor((0.1 + 6 * random.unit()) * MS_A_DAY);
  const body = pick(random, texts.merchantResponses);
  return `,""response"":{""body"":""${body}"",""created_at"":""${formatTime(createdAtMs + later)}""}}"\n`;
}

/**
 * A prime number of authors: about three reviews per author, and more authors than any product has
 * reviews.
 */
function authorCount(plan: SeedPlan): number {
  let count =
    Math.max(Math.floor((plan.firstProduct + plan.reviews) / 3), plan.productReviewsMax, 3) | 1;
  while (!isPrime(count)) count += 2;
  return count;
}

function isPrime(odd: number): boolean {
  for (let divisor = 3; divisor * divisor <= odd; divisor += 2)
    if (odd % divisor === 0) return false;
  return true;
}
