import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/db/transaction';
import { Problem } from '../platform/http/problem';
import type { ReviewKey } from '../reviews/review-key';
import { renderReview, withoutAuthor } from '../reviews/review-payload';
import { changeSummaries } from '../summaries/summary-writer';
import {
  type AuthoredReview,
  anonymizeReviews,
  deleteReviews,
  deleteTraces,
  type ErasureMode,
  type ExportedReview,
  emptyPages,
  insertErasure,
  listByAuthor,
  listById,
  lockByAuthor,
  lockById,
} from './privacy-repository';

export interface PrivacyServiceDeps {
  reads: Pool;
  writes: Pool;
  /** Called after each transaction that changes what is shown, also if its outcome is unknown. */
  afterChange(productIds: readonly string[]): void;
}

export interface Erasure {
  reviews: number;
  productIds: string[];
}

/**
 * Names the reviews of an author, by the spellings of an e-mail, or one review by its id.
 * `productId` null: of any product.
 */
export type Subject =
  | { emails: readonly string[] }
  | { reviewId: string; productId: string | null };

export interface PrivacyService {
  /** A page of all that is stored about a subject, as JSON text. @throws Problem `invalid-cursor` */
  exportReviews(subject: Subject, cursor: string | undefined): Promise<string>;
  /** Committed when this resolves. If it rejects, part is committed, and clients may repeat it. */
  eraseReviews(clientId: string, subject: Subject, mode: ErasureMode): Promise<Erasure>;
}

/** Locks the next reviews of a subject, in the order of their products. */
type Lock = (client: PoolClient) => Promise<AuthoredReview[]>;

/** `spelling` is the index of its e-mail among the subject's. */
type PlacedReview = ExportedReview & { spelling: number };

/** A page of an export begins after this review of this spelling. */
interface Place {
  spelling: number;
  after: ReviewKey;
}

const BEFORE_ALL: ReviewKey = { productId: '', reviewId: '0' };

/** Reviews per page of an export and per transaction of an erasure: bounds memory and lock times. */
const BATCH_SIZE = 500;

export function createPrivacyService(deps: PrivacyServiceDeps): PrivacyService {
  const { reads, writes, afterChange } = deps;

  async function exportReviews(subject: Subject, cursor: string | undefined): Promise<string> {
    const found = await listReviews(subject, cursor);
    const shown = found.slice(0, BATCH_SIZE);
    const next = found.length > BATCH_SIZE ? JSON.stringify(writeCursor(shown.at(-1)!)) : 'null';
    const reviews = shown.map(
      (each) =>
        `{"review":${renderReview(each.productId, each)},"state":"${each.state}","verdict":${each.verdict ?? 'null'},` +
        `"reports":${each.reports},"moderation":${each.moderation}}`,
    );
    return `{"reviews":[${reviews.join(',')}],"next_cursor":${next}}`;
  }

  /**
   * Reads one spelling of the e-mail after the other; a page may hold reviews of several. Returns
   * up to one review more than a page holds.
   */
  async function listReviews(
    subject: Subject,
    cursor: string | undefined,
  ): Promise<PlacedReview[]> {
    if ('reviewId' in subject) {
      const [review] = await listById(reads, subject.reviewId, subject.productId);
      return review && cursor === undefined ? [{ ...review, spelling: 0 }] : [];
    }
    const found: PlacedReview[] = [];
    let { spelling, after } =
      cursor === undefined ? { spelling: 0, after: BEFORE_ALL } : readCursor(cursor);
    for (; spelling < subject.emails.length && found.length <= BATCH_SIZE; spelling += 1) {
      const limit = BATCH_SIZE + 1 - found.length;
      const reviews = await listByAuthor(reads, subject.emails[spelling]!, after, limit);
      found.push(...reviews.map((review) => ({ ...review, spelling })));
      after = BEFORE_ALL;
    }
    return found;
  }

  async function eraseReviews(
    clientId: string,
    subject: Subject,
    mode: ErasureMode,
  ): Promise<Erasure> {
    const locks: Lock[] =
      'reviewId' in subject
        ? [(client) => lockById(client, subject.reviewId, subject.productId)]
        : subject.emails.map((email) => (client) => lockByAuthor(client, email, BATCH_SIZE));
    const productIds: string[] = [];
    for (const lock of locks) productIds.push(...(await eraseAll(lock, mode)));
    await insertErasure(writes, clientId, mode, productIds.length);
    return { reviews: productIds.length, productIds: [...new Set(productIds)] };
  }

  /** Erases batch after batch, until one is not full. @returns the product of each review */
  async function eraseAll(lock: Lock, mode: ErasureMode): Promise<string[]> {
    const productIds: string[] = [];
    for (let erased = BATCH_SIZE; erased === BATCH_SIZE; ) {
      let batch: string[] = [];
      await inTransaction(writes, async (client) => {
        batch = await eraseBatch(client, lock, mode);
      }).finally(() => afterChange(batch));
      productIds.push(...batch);
      erased = batch.length;
    }
    return productIds;
  }

  /**
   * Locks reviews, then summaries, then pages, each in the order of products. @returns the products
   */
  async function eraseBatch(client: PoolClient, lock: Lock, mode: ErasureMode): Promise<string[]> {
    const reviews = await lock(client);
    if (reviews.length === 0) return [];
    const shown = reviews.filter(({ state }) => state === 'approved');
    const gone = shown.map((review) => ({ ...review, change: -1 as const }));
    const productIds = reviews.map(({ productId }) => productId);
    if (mode === 'remove') {
      await deleteReviews(client, reviews);
      await changeSummaries(client, gone);
    } else {
      await anonymizeReviews(
        client,
        reviews.map((review) => ({ ...review, payload: withoutAuthor(review.payload) })),
      );
      const back = shown.map((review) => ({ ...review, photoCount: 0, change: 1 as const }));
      await changeSummaries(client, [...gone, ...back]);
    }
    await deleteTraces(
      client,
      reviews.map(({ reviewId }) => reviewId),
    );
    await emptyPages(client, productIds);
    return productIds;
  }

  return { exportReviews, eraseReviews };
}

/** Not signed: it names a review, not an author, and is useless without the e-mail. */
function writeCursor({ spelling, productId, reviewId }: PlacedReview): string {
  return Buffer.from(`${spelling}|${productId}|${reviewId}`).toString('base64url');
}

function readCursor(cursor: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, spelling, productId, reviewId] =
    /^(\d)\|([A-Za-z0-9._:-]{1,64})\|([1-9]\d{0,17})$/.exec(text) ?? [];
  if (spelling && productId && reviewId)
    return { spelling: Number(spelling), after: { productId, reviewId } };
  const detail = 'It was not made by this service.';
  throw new Problem('invalid-cursor', { detail, errors: [{ path: 'cursor', message: detail }] });
}
