import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/db/transaction';
import { type LockedReview, lockApprovedReviews, type ReviewKey } from './reviews-lock';

/** One voter's word on one review. null withdraws it. */
export interface VoteCommand extends ReviewKey {
  voter: Buffer;
  helpful: boolean | null;
}

/** The counts after the vote; null: there is no such review to vote on. */
export type VoteOutcome = { helpfulCount: number; notHelpfulCount: number } | null;

export interface VoteWriterDeps {
  writes: Pool;
  /** Raises the versions of these products, in the order of their keys. */
  raiseVersions(client: PoolClient, productIds: readonly string[]): Promise<void>;
}

/**
 * Writes a batch of votes in one transaction: locks the reviews in order, applies the votes to what their voters said
 * before, and stores the difference. Voting the same twice changes nothing, not even the product's version.
 */
export function createVoteWriter({ writes, raiseVersions }: VoteWriterDeps) {
  return (commands: VoteCommand[]): Promise<VoteOutcome[]> =>
    inTransaction(writes, async (client) => {
      const reviews = await lockApprovedReviews(client, commands);
      const ballot = await findVotes(client, commands);
      const outcomes = commands.map((command) => apply(command, reviews.get(command.reviewId), ballot));
      if (ballot.changes.size > 0) {
        await storeVotes(client, [...ballot.changes.values()]);
        const changed = [...new Set([...ballot.changes.values()].map(({ reviewId }) => reviewId))];
        const changedReviews = changed.map((reviewId) => reviews.get(reviewId)!);
        await updateCounts(client, changedReviews);
        await raiseVersions(
          client,
          changedReviews.map(({ productId }) => productId),
        );
      }
      return outcomes;
    });
}

/** What voters have said, and what of it this batch changes; both by review and voter. */
interface Ballot {
  votes: Map<string, boolean>;
  changes: Map<string, VoteCommand>;
}

/** Pure but for `review` and `ballot`, which it brings up to date: later votes of the batch build on earlier ones. */
function apply(command: VoteCommand, review: LockedReview | undefined, ballot: Ballot): VoteOutcome {
  if (!review || review.productId !== command.productId) return null;
  const name = nameOf(command.reviewId, command.voter);
  const before = ballot.votes.get(name) ?? null;
  if (before !== command.helpful) {
    count(review, before, -1);
    count(review, command.helpful, +1);
    ballot.changes.set(name, command);
    if (command.helpful === null) ballot.votes.delete(name);
    else ballot.votes.set(name, command.helpful);
  }
  return { helpfulCount: review.helpfulCount, notHelpfulCount: review.notHelpfulCount };
}

function count(review: LockedReview, helpful: boolean | null, change: 1 | -1): void {
  if (helpful === true) review.helpfulCount += change;
  if (helpful === false) review.notHelpfulCount += change;
}

function nameOf(reviewId: string, voter: Buffer): string {
  return `${reviewId} ${voter.toString('base64')}`;
}

/** By primary key; read after the reviews are locked, so nobody changes them meanwhile. */
async function findVotes(client: PoolClient, commands: readonly VoteCommand[]): Promise<Ballot> {
  const { rows } = await client.query<[string, Buffer, boolean]>({
    name: 'find_votes',
    text: `
      SELECT v.review_id, v.voter, v.helpful
      FROM unnest($1::bigint[], $2::bytea[]) AS k (review_id, voter)
      JOIN review_votes AS v ON v.review_id = k.review_id AND v.voter = k.voter`,
    values: [commands.map((c) => c.reviewId), commands.map((c) => c.voter)],
    rowMode: 'array',
  });
  const votes = new Map(rows.map(([reviewId, voter, helpful]) => [nameOf(reviewId, voter), helpful]));
  return { votes, changes: new Map() };
}

async function storeVotes(client: PoolClient, changes: readonly VoteCommand[]): Promise<void> {
  const cast = changes.filter(({ helpful }) => helpful !== null);
  const withdrawn = changes.filter(({ helpful }) => helpful === null);
  if (cast.length > 0) {
    await client.query({
      name: 'upsert_votes',
      text: `
        INSERT INTO review_votes (review_id, voter, product_id, helpful)
        SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::boolean[])
        ON CONFLICT (review_id, voter) DO UPDATE SET helpful = excluded.helpful, voted_at = now()`,
      values: [
        cast.map((c) => c.reviewId),
        cast.map((c) => c.voter),
        cast.map((c) => c.productId),
        cast.map((c) => c.helpful),
      ],
    });
  }
  if (withdrawn.length > 0) {
    await client.query({
      name: 'delete_votes',
      text: `
        DELETE FROM review_votes AS v USING unnest($1::bigint[], $2::bytea[]) AS k (review_id, voter)
        WHERE v.review_id = k.review_id AND v.voter = k.voter`,
      values: [withdrawn.map((c) => c.reviewId), withdrawn.map((c) => c.voter)],
    });
  }
}

/** Sets what was counted under the lock; the stored `relevance` follows by itself. */
async function updateCounts(client: PoolClient, reviews: readonly LockedReview[]): Promise<void> {
  await client.query({
    name: 'update_vote_counts',
    text: `
      UPDATE reviews AS r SET helpful_count = k.helpful_count, not_helpful_count = k.not_helpful_count
      FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::integer[])
        AS k (product_id, review_id, helpful_count, not_helpful_count)
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: [
      reviews.map((r) => r.productId),
      reviews.map((r) => r.reviewId),
      reviews.map((r) => r.helpfulCount),
      reviews.map((r) => r.notHelpfulCount),
    ],
  });
}
