import type { Pool, PoolClient } from 'pg';
import { createBatchColumns } from '../platform/db/batch-columns';
import { type Statement, toBytea } from '../platform/db/statement';
import { inTransaction } from '../platform/db/transaction';
import { REVIEW_KEY_COLUMNS, type ReviewKey } from '../reviews/review-key';
import { raiseVersions } from '../summaries/summary-writer';
import { createNetworkPlaces, type NetworkPlaces } from './network-places';
import { type LockedReview, lockApprovedReviews } from './reviews-lock';
import type { VoteCommand, VoteOutcome } from './vote-commands';

/**
 * Writes a batch of votes in one transaction: it locks the reviews in order, compares the votes
 * with the voters' earlier ones, and stores the difference. A vote that repeats the earlier one
 * changes nothing, not even the product's version.
 *
 * Bound: five voters of one network count on a review, if the store does not vouch for them
 * (network-places.ts). The vote of a sixth is not stored; the response has the counts as they are.
 * A voter whose vote counts may always change or withdraw it.
 */
export function createVoteWriter(writes: Pool) {
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

interface StoredVote {
  helpful: boolean;
  network: Buffer | null;
}

/** By review and voter: their votes so far, and the votes that this batch changes. */
interface Ballot {
  votes: Map<string, StoredVote>;
  changes: Map<string, ChangedVote>;
  places: NetworkPlaces;
}

/** `vote` is the vote to store; null: the voter withdraws it. */
interface ChangedVote extends ReviewKey {
  voterId: Buffer;
  vote: StoredVote | null;
}

/** Updates `review` and `ballot`, so that later votes of the batch build on earlier ones. */
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
    // A changed vote keeps its network's place.
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

const VOTERS = createBatchColumns<VoteCommand>([
  { name: 'review_id', type: 'bigint', value: ({ reviewId }) => reviewId },
  { name: 'voter', type: 'bytea', value: ({ voter }) => toBytea(voter.id) },
  { name: 'network', type: 'bytea', value: ({ voter }) => toBytea(voter.network) },
]);

/**
 * Each voter's vote by the primary key, and how many voters of their network have voted on the
 * review, by the index on networks. Both are subqueries, for which PostgreSQL uses these indexes
 * whatever the statistics say. The reviews are locked, so no other batch changes the votes
 * meanwhile.
 */
export const FIND_VOTES_STATEMENT: Statement = {
  name: 'find_votes',
  text: `
      SELECT k.review_id, k.voter, v.helpful, v.network, k.network,
             (SELECT count(*)::integer FROM review_votes AS n
              WHERE n.review_id = k.review_id AND n.network = k.network)
      FROM ${VOTERS.inputAs('k')}
      LEFT JOIN LATERAL (
        SELECT helpful, network FROM review_votes WHERE review_id = k.review_id AND voter = k.voter LIMIT 1
      ) AS v ON true`,
};

type FoundVote = [string, Buffer, boolean | null, Buffer | null, Buffer | null, number];

async function findVotes(client: PoolClient, commands: readonly VoteCommand[]): Promise<Ballot> {
  const { rows } = await client.query<FoundVote>({
    ...FIND_VOTES_STATEMENT,
    values: VOTERS.valuesOf(commands),
    rowMode: 'array',
  });
  const ballot: Ballot = { votes: new Map(), changes: new Map(), places: createNetworkPlaces() };
  for (const [reviewId, voterId, helpful, network, askedNetwork, taken] of rows) {
    if (helpful !== null) ballot.votes.set(nameOf(reviewId, voterId), { helpful, network });
    if (askedNetwork) ballot.places.note(reviewId, askedNetwork, taken);
  }
  return ballot;
}

type CastVote = Omit<ChangedVote, 'vote'> & StoredVote;

const WITHDRAWN_VOTES = createBatchColumns<ChangedVote>([
  { name: 'review_id', type: 'bigint', value: ({ reviewId }) => reviewId },
  { name: 'voter', type: 'bytea', value: ({ voterId }) => toBytea(voterId) },
]);

const CAST_VOTES = createBatchColumns<CastVote>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'voter', type: 'bytea', value: ({ voterId }) => toBytea(voterId) },
  { name: 'helpful', type: 'boolean', value: ({ helpful }) => helpful },
  { name: 'network', type: 'bytea', value: ({ network }) => toBytea(network) },
]);

async function storeVotes(client: PoolClient, changes: readonly ChangedVote[]): Promise<void> {
  const cast = changes.flatMap(({ vote, ...change }) => (vote ? [{ ...change, ...vote }] : []));
  const withdrawn = changes.filter(({ vote }) => !vote);
  if (cast.length > 0) await upsertVotes(client, cast);
  if (withdrawn.length > 0) await deleteVotes(client, withdrawn);
}

async function upsertVotes(client: PoolClient, votes: readonly CastVote[]): Promise<void> {
  await client.query({
    name: 'upsert_votes',
    text: `
      INSERT INTO review_votes (${CAST_VOTES.names})
      SELECT ${CAST_VOTES.names} FROM ${CAST_VOTES.inputAs('k')}
      ON CONFLICT (review_id, voter)
      DO UPDATE SET helpful = excluded.helpful, network = excluded.network, voted_at = now()`,
    values: CAST_VOTES.valuesOf(votes),
  });
}

async function deleteVotes(client: PoolClient, votes: readonly ChangedVote[]): Promise<void> {
  await client.query({
    name: 'delete_votes',
    text: `
      DELETE FROM review_votes AS v USING ${WITHDRAWN_VOTES.inputAs('k')}
      WHERE v.review_id = k.review_id AND v.voter = k.voter`,
    values: WITHDRAWN_VOTES.valuesOf(votes),
  });
}

const COUNTS = createBatchColumns<LockedReview>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'helpful_count', type: 'integer', value: (r) => r.helpfulCount },
  { name: 'not_helpful_count', type: 'integer', value: (r) => r.notHelpfulCount },
]);

/** Stores what was counted under the lock. PostgreSQL derives `relevance` from it. */
async function updateCounts(client: PoolClient, reviews: readonly LockedReview[]): Promise<void> {
  await client.query({
    name: 'update_vote_counts',
    text: `
      UPDATE reviews AS r SET helpful_count = k.helpful_count, not_helpful_count = k.not_helpful_count
      FROM ${COUNTS.inputAs('k')}
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id`,
    values: COUNTS.valuesOf(reviews),
  });
}
