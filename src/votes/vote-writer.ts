import type { Pool, PoolClient } from 'pg';
import type { Statement } from '../platform/db/statement';
import { inTransaction } from '../platform/db/transaction';
import { createNetworkPlaces, type NetworkPlaces } from './network-places';
import { type LockedReview, lockApprovedReviews, type ReviewKey } from './reviews-lock';

/** One voter's word on one review. null withdraws it. */
export interface VoteCommand extends ReviewKey {
  voter: Voter;
  helpful: boolean | null;
}

/** A person, and the network they are in; null: the store vouches for them. Hashes. */
interface Voter {
  id: Buffer;
  network: Buffer | null;
}

/** The counts after the vote; null: there is no such review to vote on. */
export type VoteOutcome = { helpfulCount: number; notHelpfulCount: number } | null;

export interface VoteWriterDeps {
  writes: Pool;
  /** Raises the versions of these products, in the order of their keys. */
  raiseVersions(client: PoolClient, productIds: readonly string[]): Promise<void>;
}

/**
 * Writes a batch of votes in one transaction: locks the reviews in order, applies the votes to what
 * their voters said before, and stores the difference. Voting the same twice changes nothing, not
 * even the product's version.
 *
 * Bound: of one network, five voters whom nobody vouches for count on a review (network-places.ts).
 * Another one's vote is answered with the counts as they are, and not stored; who has voted may
 * always change or withdraw their vote.
 */
export function createVoteWriter({ writes, raiseVersions }: VoteWriterDeps) {
  return (commands: VoteCommand[]): Promise<VoteOutcome[]> =>
    inTransaction(writes, async (client) => {
      const reviews = await lockApprovedReviews(client, commands);
      const ballot = await findVotes(client, commands);
      const outcomes = commands.map((command) =>
        apply(command, reviews.get(command.reviewId), ballot),
      );
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

interface KeptVote {
  helpful: boolean;
  network: Buffer | null;
}

/**
 * What voters have said, and what of it this batch changes, both by review and voter; and what is
 * left to networks.
 */
interface Ballot {
  votes: Map<string, KeptVote>;
  changes: Map<string, ChangedVote>;
  places: NetworkPlaces;
}

/** `vote` is what to store; null: to withdraw. */
interface ChangedVote extends ReviewKey {
  voterId: Buffer;
  vote: KeptVote | null;
}

/**
 * Pure but for `review` and `ballot`, which it brings up to date: later votes of the batch build on
 * earlier ones.
 */
function apply(
  command: VoteCommand,
  review: LockedReview | undefined,
  ballot: Ballot,
): VoteOutcome {
  if (!review || review.productId !== command.productId) return null;
  const { reviewId, productId, helpful, voter } = command;
  const name = nameOf(reviewId, voter.id);
  const before = ballot.votes.get(name) ?? null;
  if (
    (before?.helpful ?? null) !== helpful &&
    (before || ballot.places.take(reviewId, voter.network))
  ) {
    count(review, before?.helpful ?? null, -1);
    count(review, helpful, +1);
    // One that is changed keeps the place that it has.
    const vote =
      helpful === null ? null : { helpful, network: before ? before.network : voter.network };
    if (before && !vote) ballot.places.giveBack(reviewId, before.network);
    ballot.changes.set(name, { reviewId, productId, voterId: voter.id, vote });
    if (vote) ballot.votes.set(name, vote);
    else ballot.votes.delete(name);
  }
  return { helpfulCount: review.helpfulCount, notHelpfulCount: review.notHelpfulCount };
}

function count(review: LockedReview, helpful: boolean | null, change: 1 | -1): void {
  if (helpful === true) review.helpfulCount += change;
  if (helpful === false) review.notHelpfulCount += change;
}

function nameOf(reviewId: string, voterId: Buffer): string {
  return `${reviewId} ${voterId.toString('base64')}`;
}

/**
 * Each voter's vote by the primary key, and how many of their network have voted on the review by
 * the index on networks; both as subqueries, which are walked whatever the statistics say. Read
 * after the reviews are locked, so nobody changes them meanwhile.
 */
export const FIND_VOTES_STATEMENT: Statement = {
  name: 'find_votes',
  text: `
      SELECT k.review_id, k.voter, v.helpful, v.network, k.network,
             (SELECT count(*)::integer FROM review_votes AS n
              WHERE n.review_id = k.review_id AND n.network = k.network)
      FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS k (review_id, voter, network)
      LEFT JOIN LATERAL (
        SELECT helpful, network FROM review_votes WHERE review_id = k.review_id AND voter = k.voter LIMIT 1
      ) AS v ON true`,
};

type FoundVote = [string, Buffer, boolean | null, Buffer | null, Buffer | null, number];

async function findVotes(client: PoolClient, commands: readonly VoteCommand[]): Promise<Ballot> {
  const { rows } = await client.query<FoundVote>({
    ...FIND_VOTES_STATEMENT,
    values: [
      commands.map((c) => c.reviewId),
      commands.map((c) => c.voter.id),
      commands.map((c) => c.voter.network),
    ],
    rowMode: 'array',
  });
  const ballot: Ballot = { votes: new Map(), changes: new Map(), places: createNetworkPlaces() };
  for (const [reviewId, voterId, helpful, network, askedNetwork, taken] of rows) {
    if (helpful !== null) ballot.votes.set(nameOf(reviewId, voterId), { helpful, network });
    if (askedNetwork) ballot.places.note(reviewId, askedNetwork, taken);
  }
  return ballot;
}

async function storeVotes(client: PoolClient, changes: readonly ChangedVote[]): Promise<void> {
  const cast = changes.flatMap(({ vote, ...change }) => (vote ? [{ ...change, ...vote }] : []));
  const withdrawn = changes.filter(({ vote }) => !vote);
  if (cast.length > 0) {
    await client.query({
      name: 'upsert_votes',
      text: `
        INSERT INTO review_votes (review_id, voter, product_id, helpful, network)
        SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::boolean[], $5::bytea[])
        ON CONFLICT (review_id, voter)
        DO UPDATE SET helpful = excluded.helpful, network = excluded.network, voted_at = now()`,
      values: [
        cast.map((c) => c.reviewId),
        cast.map((c) => c.voterId),
        cast.map((c) => c.productId),
        cast.map((c) => c.helpful),
        cast.map((c) => c.network),
      ],
    });
  }
  if (withdrawn.length > 0) {
    await client.query({
      name: 'delete_votes',
      text: `
        DELETE FROM review_votes AS v USING unnest($1::bigint[], $2::bytea[]) AS k (review_id, voter)
        WHERE v.review_id = k.review_id AND v.voter = k.voter`,
      values: [withdrawn.map((c) => c.reviewId), withdrawn.map((c) => c.voterId)],
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
