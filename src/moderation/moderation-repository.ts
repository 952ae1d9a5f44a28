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

/** A review that waits, every column as PostgreSQL's text; `verdict` and `reports` are JSON. */
export interface QueuedReview extends ReviewKey, StoredReview {
  verdict: string | null;
  reports: string | null;
  /**
   * Of one that was set aside: the review that bears the e-mail which it claims, if it is still
   * there.
   */
  otherReviewId: string | null;
}

/**
 * Reviews of one state, oldest id first, beyond an id: each segment's small index of what is not
 * approved, merged in its order. For the page only: reports are counted by their primary key's
 * prefix, and the other review of the same e-mail is found by the primary key of the claims and the
 * unique index on authors, in one segment.
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

/** A review that the transaction has locked. */
export interface LockedReview extends StoredReview, CountedReview {
  state: ReviewState;
}

/**
 * Locks those of these reviews that exist, in the order of their keys, as votes and reports do:
 * transactions on the same reviews wait for each other and cannot deadlock. By primary key, one
 * segment a review.
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

/** The reviews must be locked. */
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

/** After an approval: what was reported until now no longer counts. Under the reviews' locks. */
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

/** A line of the audit. */
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

/** A line of the audit as it is kept. `actedAt` is ISO 8601. */
export interface KeptAction extends ModerationAction {
  actionId: string;
  actedAt: string;
}

/**
 * What was done about a review beyond an action, oldest first: the index on its id, sorted, a few
 * lines a review.
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
