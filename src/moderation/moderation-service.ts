/**
 * The moderators' work: read the queue and the audit, decide about reviews, write merchant
 * responses.
 *
 * Algorithm: every change of what shoppers see is one transaction. It locks the reviews, then the
 * summaries of their products, each in key order. The batches of votes, reports and new reviews
 * lock in the same order, so they cannot deadlock with it.
 * Bound: one batch of decisions per transaction, one page per read.
 * Failure: a failed transaction changes nothing, and its error rejects the promise. `afterChange`
 * runs in any case, because a commit whose connection failed may have been carried out.
 */
import type { Pool, PoolClient } from 'pg';
import type { TextDatabase } from '../platform/db/statement';
import { inTransaction } from '../platform/db/transaction';
import { isId } from '../platform/http/parameters';
import { Problem } from '../platform/http/problem';
import type { ReviewKey } from '../reviews/review-key';
import { parsePayload, renderReview, withMerchantResponse } from '../reviews/review-payload';
import { changeSummaries, raiseVersions, type SummaryChange } from '../summaries/summary-writer';
import {
  insertActions,
  type KeptAction,
  type LockedReview,
  listActions,
  listQueue,
  lockReviews,
  settleReports,
  updatePayload,
  updateStates,
} from './moderation-repository';
import type { Decision, QueueQuery } from './moderation-schema';
import { renderVerdict } from './stored-verdict';

export interface ModerationServiceDeps {
  reads: TextDatabase;
  writes: Pool;
  now(): Date;
  /** Called after each transaction that may have changed what is shown, also if it failed. */
  afterChange(productIds: readonly string[]): void;
}

export interface DecisionOutcome extends ReviewKey {
  outcome: 'applied' | 'unchanged' | 'not_found';
  state: 'approved' | 'rejected' | null;
}

export interface ModerationService {
  /** Returns a page of the queue as JSON text. @throws Problem `invalid-cursor` */
  readQueue(query: QueueQuery): Promise<string>;
  /**
   * Returns a page of a review's audit as JSON text. The page is empty if there are no entries.
   * @throws Problem `invalid-cursor`
   */
  readAudit(reviewId: string, cursor: string | undefined): Promise<string>;
  /**
   * Applies decisions and returns the outcome of each, in the order given. Resolves after the
   * commit.
   */
  decide(clientId: string, decisions: readonly Decision[]): Promise<DecisionOutcome[]>;
  /**
   * Sets the merchant response, or withdraws it if `body` is null. Returns the review's JSON text.
   * Resolves after the commit.
   * @throws Problem `not-found`
   */
  setMerchantResponse(clientId: string, key: ReviewKey, body: string | null): Promise<string>;
}

/** Creates the service; the header of this file describes its transactions and locks. */
export function createModerationService(deps: ModerationServiceDeps): ModerationService {
  const { reads, writes, now, afterChange } = deps;

  async function readQueue({ state, limit, cursor }: QueueQuery): Promise<string> {
    const after = cursor === undefined ? '0' : readCursor(cursor, state);
    // One more than the page shows whether there is a next page.
    const found = await listQueue(reads, state, after, limit + 1);
    const shown = found.slice(0, limit);
    const next =
      found.length > limit ? JSON.stringify(writeCursor(state, shown.at(-1)!.reviewId)) : 'null';
    const reviews = shown.map(
      (each) =>
        `{"review":${renderReview(each.productId, each)},"verdict":${renderVerdict(each.verdict)},"reports":${each.reports ?? '{}'},"other_review_id":${each.otherReviewId}}`,
    );
    return `{"state":"${state}","reviews":[${reviews.join(',')}],"next_cursor":${next}}`;
  }

  async function readAudit(reviewId: string, cursor: string | undefined): Promise<string> {
    const queue = `audit ${reviewId}`;
    const after = cursor === undefined ? '0' : readCursor(cursor, queue);
    const found = await listActions(reads, reviewId, after, AUDIT_PAGE_SIZE + 1);
    const shown = found.slice(0, AUDIT_PAGE_SIZE);
    const next = found.length > AUDIT_PAGE_SIZE ? writeCursor(queue, shown.at(-1)!.actionId) : null;
    // Written as text: an id may exceed the integers that a JavaScript number holds exactly.
    return `{"review_id":${reviewId},"actions":${JSON.stringify(shown.map(renderAction))},"next_cursor":${JSON.stringify(next)}}`;
  }

  function decide(clientId: string, decisions: readonly Decision[]): Promise<DecisionOutcome[]> {
    return inTransaction(writes, async (client): Promise<DecisionOutcome[]> => {
      const asked = decisions.map(({ product_id, review_id, decision, reason }) => ({
        productId: product_id,
        reviewId: review_id,
        action: decision,
        state: decision === 'approve' ? ('approved' as const) : ('rejected' as const),
        reason,
      }));
      const locked = new Map(
        (await lockReviews(client, asked)).map((review) => [keyOf(review), review]),
      );
      const decided = asked.map((each) => ({ ...each, review: locked.get(keyOf(each)) }));
      const known = decided.flatMap(({ review, ...each }) => (review ? [{ ...each, review }] : []));
      await store(
        client,
        known.map((each) => ({ ...each, clientId, stateBefore: each.review.state })),
      );
      return decided.map(({ productId, reviewId, state, review }) => {
        if (!review) return { productId, reviewId, outcome: 'not_found', state: null };
        return {
          productId,
          reviewId,
          outcome: review.state === state ? 'unchanged' : 'applied',
          state,
        };
      });
    }).finally(() => afterChange(decisions.map(({ product_id }) => product_id)));
  }

  async function store(client: PoolClient, decided: readonly StoredDecision[]): Promise<void> {
    if (decided.length === 0) return;
    const changed = decided.filter(({ review, state }) => review.state !== state);
    await updateStates(client, changed);
    await insertActions(client, decided);
    await settleReports(
      client,
      decided.filter(({ state }) => state === 'approved').map(({ reviewId }) => reviewId),
    );
    await changeSummaries(client, changed.flatMap(visibleChange));
  }

  function setMerchantResponse(
    clientId: string,
    key: ReviewKey,
    body: string | null,
  ): Promise<string> {
    return inTransaction(writes, async (client) => {
      const [review] = await lockReviews(client, [key]);
      if (!review) {
        throw new Problem('not-found', {
          detail: `Product ${key.productId} has no review ${key.reviewId}.`,
        });
      }
      const before = parsePayload(review.payload).response;
      // The same text again changes nothing, not even `created_at`.
      if ((before?.body ?? null) === body) return renderReview(key.productId, review);
      const response = body === null ? null : { body, createdAt: now().toISOString() };
      const payload = withMerchantResponse(review.payload, response);
      await updatePayload(client, key, payload);
      const action = body === null ? 'withdraw_response' : 'respond';
      await insertActions(client, [
        { ...key, action, stateBefore: review.state, reason: null, clientId },
      ]);
      if (review.state === 'approved') await raiseVersions(client, [key.productId]);
      return renderReview(key.productId, { ...review, payload });
    }).finally(() => afterChange([key.productId]));
  }

  return { readQueue, readAudit, decide, setMerchantResponse };
}

const AUDIT_PAGE_SIZE = 100;
const STATE_AFTER = {
  approve: 'approved',
  reject: 'rejected',
  respond: null,
  withdraw_response: null,
} as const;

function renderAction({ productId, action, stateBefore, reason, clientId, actedAt }: KeptAction) {
  const to = STATE_AFTER[action] ?? stateBefore;
  return {
    product_id: productId,
    action,
    from: stateBefore,
    to,
    reason,
    client_id: clientId,
    acted_at: actedAt,
  };
}

interface StoredDecision extends ReviewKey {
  action: 'approve' | 'reject';
  state: 'approved' | 'rejected';
  stateBefore: LockedReview['state'];
  reason: string;
  clientId: string;
  review: LockedReview;
}

/** Returns the change that shoppers see: the review appears (+1), disappears (−1), or nothing. */
function visibleChange({ review, state }: StoredDecision): SummaryChange[] {
  if (state === 'approved') return [{ ...review, change: 1 }];
  return review.state === 'approved' ? [{ ...review, change: -1 }] : [];
}

function keyOf({ productId, reviewId }: ReviewKey): string {
  return `${productId} ${reviewId}`;
}

/** Not signed: a client that may read the queue may read it from any position. */
function writeCursor(state: string, reviewId: string): string {
  return Buffer.from(`${state}|${reviewId}`).toString('base64url');
}

function readCursor(cursor: string, state: string): string {
  const [cursorState, reviewId] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (cursorState === state && reviewId && isId(reviewId)) return reviewId;
  const detail = 'The cursor belongs to another list, or this service did not create it.';
  throw new Problem('invalid-cursor', { detail, errors: [{ path: 'cursor', message: detail }] });
}
