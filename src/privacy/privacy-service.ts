import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/db/transaction';
import { Problem } from '../platform/http/problem';
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
  lockByAuthor,
} from './privacy-repository';

export interface PrivacyServiceDeps {
  reads: Pool;
  writes: Pool;
  /** A review's public JSON text. */
  renderReview(productId: string, review: ExportedReview): string;
  /** The payload without its author's name and photos. */
  withoutAuthor(payload: string): string;
  /** Takes away (−1) and adds (+1) reviews that are shown; raises the products' versions, in the order of their keys. */
  changeSummaries(
    client: PoolClient,
    changes: readonly (AuthoredReview & { change: 1 | -1 })[],
  ): Promise<void>;
  /** Told after each change of what is shown, committed or not known to be. */
  afterChange(productIds: readonly string[]): void;
}

export interface Erasure {
  reviews: number;
  productIds: string[];
}

export interface PrivacyService {
  /** A page of what is kept about an author, as JSON text. @throws Problem `invalid-cursor` */
  exportAuthor(authorEmail: string, cursor: string | undefined): Promise<string>;
  /** Done when this returns; if it throws, part of it is, and it can be asked for again. */
  eraseAuthor(clientId: string, authorEmail: string, mode: ErasureMode): Promise<Erasure>;
}

/** Reviews a page of an export, and a transaction of an erasure: what bounds memory, and how long locks are held. */
const BATCH_SIZE = 500;

export function createPrivacyService(deps: PrivacyServiceDeps): PrivacyService {
  const { reads, writes, renderReview, withoutAuthor, changeSummaries, afterChange } = deps;

  async function exportAuthor(authorEmail: string, cursor: string | undefined): Promise<string> {
    const after = cursor === undefined ? { productId: '', reviewId: '0' } : readCursor(cursor);
    const found = await listByAuthor(reads, authorEmail, after, BATCH_SIZE + 1);
    const shown = found.slice(0, BATCH_SIZE);
    const next = found.length > BATCH_SIZE ? JSON.stringify(writeCursor(shown.at(-1)!)) : 'null';
    const reviews = shown.map(
      (each) =>
        `{"review":${renderReview(each.productId, each)},"state":"${each.state}","verdict":${each.verdict ?? 'null'},` +
        `"reports":${each.reports},"moderation":${each.moderation}}`,
    );
    return `{"reviews":[${reviews.join(',')}],"next_cursor":${next}}`;
  }

  /** Batch after batch, until one is not full. */
  async function eraseAuthor(clientId: string, authorEmail: string, mode: ErasureMode): Promise<Erasure> {
    const productIds: string[] = [];
    for (let erased = BATCH_SIZE; erased === BATCH_SIZE; ) {
      let batch: string[] = [];
      await inTransaction(writes, async (client) => {
        batch = await eraseBatch(client, authorEmail, mode);
      }).finally(() => afterChange(batch));
      productIds.push(...batch);
      erased = batch.length;
    }
    await insertErasure(writes, clientId, mode, productIds.length);
    return { reviews: productIds.length, productIds: [...new Set(productIds)] };
  }

  /** Locks reviews, then summaries, then pages, each in the order of products. @returns the products */
  async function eraseBatch(client: PoolClient, authorEmail: string, mode: ErasureMode): Promise<string[]> {
    const reviews = await lockByAuthor(client, authorEmail, BATCH_SIZE);
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
        reviews.map((review) => ({ ...review, anonymous: withoutAuthor(review.payload) })),
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

  return { exportAuthor, eraseAuthor };
}

/** Names a review, not an author, and is of no use without the e-mail: not signed. */
function writeCursor({ productId, reviewId }: ExportedReview): string {
  return Buffer.from(`${productId}|${reviewId}`).toString('base64url');
}

function readCursor(cursor: string): { productId: string; reviewId: string } {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, productId, reviewId] = /^([A-Za-z0-9._:-]{1,64})\|([1-9]\d{0,17})$/.exec(text) ?? [];
  if (productId && reviewId) return { productId, reviewId };
  const detail = 'It was not made by this service.';
  throw new Problem('invalid-cursor', { detail, errors: [{ path: 'cursor', message: detail }] });
}
