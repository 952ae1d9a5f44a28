/**
 * The SQL of moderation: the queue, decisions, merchant responses and the audit.
 *
 * Statements that take a `client` run inside the caller's transaction. All of them reject with
 * PostgreSQL's error.
 */
import type { PoolClient } from 'pg';
import { createBatchColumns } from '../platform/db/batch-columns';
import type { Statement, TextDatabase } from '../platform/db/statement';
import {
  REVIEW_KEY_COLUMNS,
  REVIEW_KEYS,
  type ReviewKey,
  type ReviewState,
} from '../reviews/review-key';
import type { StoredReview } from '../reviews/review-payload';
import { COUNTED_COLUMNS, type CountedReview } from '../summaries/summary-writer';

/**
 * A review of the moderation queue. Every column is PostgreSQL's text; `verdict` and `reports` are
 * JSON.
 */
export interface QueuedReview extends ReviewKey, StoredReview {
  verdict: string | null;
  reports: string | null;
  /**
   * For a review that was set aside because its e-mail address already has a review of the product:
   * the id of that other review, if it still exists. Else null.
   */
  otherReviewId: string | null;
}

/**
 * Lists reviews of one state with an id above a given one, oldest id first. Each segment has a
 * small partial index of the reviews that are not approved; PostgreSQL merges these indexes in id
 * order. Reports and the other review are looked up only for the rows of the page: reports by a
 * prefix of their primary key, the other review by the primary key of the claims and the unique
 * index on authors, in one segment.
 */
export const QUEUE_STATEMENT: Statement = {
  name: 'list_moderation_queue',
  text: `
    SELECT r.review_id, r.product_id, r.helpful_count, r.not_helpful_count, r.payload, r.verdict,
           (SELECT jsonb_object_agg(reason, count) FROM (
              SELECT p.reason, count(*) FROM review_reports AS p
              WHERE p.review_id = r.review_id AND p.counts
              GROUP BY p.reason) AS counted),
           (SELECT o.review_id FROM author_claims AS c
            JOIN reviews AS o ON o.author_email = c.claimed_email AND o.product_id = c.product_id
            WHERE c.review_id = r.review_id)
    FROM (
      SELECT review_id, product_id, helpful_count, not_helpful_count, payload, verdict
      FROM reviews
      WHERE state <> 'approved' AND state = $1::review_state AND review_id > $2::bigint
      ORDER BY review_id
      LIMIT $3::integer
    ) AS r`,
};

/** Returns at most `limit` reviews with an id above `afterReviewId` ('0': from the start). */
export async function listQueue(
  reads: TextDatabase,
  state: ReviewState,
  afterReviewId: string,
  limit: number,
): Promise<QueuedReview[]> {
  const rows = await reads.queryText(QUEUE_STATEMENT, [state, afterReviewId, limit]);
  return rows.map(
    ([reviewId, productId, helpfulCount, notHelpfulCount, payload, verdict, reports, other]) => ({
      reviewId: reviewId!,
      productId: productId!,
      helpfulCount: helpfulCount!,
      notHelpfulCount: notHelpfulCount!,
      payload: payload!,
      verdict: verdict ?? null,
      reports: reports ?? null,
      otherReviewId: other ?? null,
    }),
  );
}

/**
 * A review that the transaction has locked: the values that summaries count, and those that are
 * shown.
 */
export interface LockedReview extends StoredReview, CountedReview {
  state: ReviewState;
}

/**
 * Locks the given reviews in key order and returns those that exist. Votes and reports lock in the
 * same order, so transactions on the same reviews wait for each other and cannot deadlock. Uses the
 * primary key; each review is in one segment.
 */
export async function lockReviews(
  client: PoolClient,
  keys: readonly ReviewKey[],
): Promise<LockedReview[]> {
  const { rows } = await client.query<LockedReview>({
    name: 'lock_reviews',
    text: `
      SELECT r.review_id AS "reviewId", r.state, ${COUNTED_COLUMNS},
             r.helpful_count::text AS "helpfulCount", r.not_helpful_count::text AS "notHelpfulCount", r.payload
      FROM (SELECT DISTINCT * FROM ${REVIEW_KEYS.inputAs('k')}) AS k
      JOIN reviews AS r ON r.product_id = k.product_id AND r.review_id = k.review_id
      ORDER BY r.product_id, r.review_id
      FOR UPDATE OF r`,
    values: REVIEW_KEYS.valuesOf(keys),
  });
  return rows;
}

interface StateChange extends ReviewKey {
  state: ReviewState;
}

const STATE_CHANGES = createBatchColumns<StateChange>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'state', type: 'review_state', value: ({ state }) => state },
]);

/** Sets the states of reviews. The caller must have locked them (`lockReviews`). */
export async function updateStates(
  client: PoolClient,
  changes: readonly StateChange[],
): Promise<void> {
  await client.query({
    name: 'update_review_states',
    text: `
      UPDATE reviews AS r SET state = k.state
      FROM ${STATE_CHANGES.inputAs('k')}
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: STATE_CHANGES.valuesOf(changes),
  });
}

/** Replaces the payload of one review. The caller must have locked it (`lockReviews`). */
export async function updatePayload(
  client: PoolClient,
  key: ReviewKey,
  payload: string,
): Promise<void> {
  await client.query({
    name: 'update_review_payload',
    text: 'UPDATE reviews SET payload = $3 WHERE product_id = $1 AND review_id = $2',
    values: [key.productId, key.reviewId, payload],
  });
}

/**
 * Marks all reports of the given reviews so far as no longer counting. Used after an approval. The
 * caller must have locked the reviews.
 */
export async function settleReports(
  client: PoolClient,
  reviewIds: readonly string[],
): Promise<void> {
  await client.query({
    name: 'settle_reports',
    text: 'UPDATE review_reports SET counts = false WHERE review_id = ANY($1::bigint[]) AND counts',
    values: [reviewIds],
  });
}

/** A new entry of the audit. */
export interface ModerationAction extends ReviewKey {
  action: 'approve' | 'reject' | 'respond' | 'withdraw_response';
  stateBefore: ReviewState;
  reason: string | null;
  clientId: string;
}

const ACTIONS = createBatchColumns<ModerationAction>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'action', type: 'text', value: ({ action }) => action },
  { name: 'state_before', type: 'review_state', value: ({ stateBefore }) => stateBefore },
  { name: 'reason', type: 'text', value: ({ reason }) => reason },
  { name: 'client_id', type: 'text', value: ({ clientId }) => clientId },
]);

/** Adds entries to the audit, in the transaction of the change that they record. */
export async function insertActions(
  client: PoolClient,
  actions: readonly ModerationAction[],
): Promise<void> {
  await client.query({
    name: 'insert_moderation_actions',
    text: `
      INSERT INTO moderation_actions (${ACTIONS.names})
      SELECT ${ACTIONS.names} FROM ${ACTIONS.inputAs('k')}`,
    values: ACTIONS.valuesOf(actions),
  });
}

/** An entry of the audit as stored. `actedAt` is ISO 8601. */
export interface KeptAction extends ModerationAction {
  actionId: string;
  actedAt: string;
}

/**
 * Lists the audit entries of a review after a given entry, oldest first. Uses the index on the
 * review id and sorts; a review has only a few entries.
 */
export async function listActions(
  reads: TextDatabase,
  reviewId: string,
  afterActionId: string,
  limit: number,
): Promise<KeptAction[]> {
  const rows = await reads.queryText(AUDIT_STATEMENT, [reviewId, afterActionId, limit]);
  return rows.map(([actionId, productId, action, stateBefore, reason, clientId, actedAt]) => ({
    reviewId,
    actionId: actionId!,
    productId: productId!,
    action: action as KeptAction['action'],
    stateBefore: stateBefore as ReviewState,
    reason: reason ?? null,
    clientId: clientId!,
    actedAt: new Date(Number(actedAt)).toISOString(),
  }));
}

const AUDIT_STATEMENT: Statement = {
  name: 'list_moderation_actions',
  text: `
    SELECT action_id, product_id, audit_action(action), state_before, reason, client_id,
           (extract(epoch FROM acted_at) * 1000)::bigint
    FROM moderation_actions
    WHERE review_id = $1::bigint AND action_id > $2::bigint
    ORDER BY action_id
    LIMIT $3::integer`,
};
