import type { Pool, PoolClient } from 'pg';
import type { Statement } from '../platform/db/statement';
import { inTransaction } from '../platform/db/transaction';
import { createNetworkPlaces } from './network-places';
import { lockApprovedReviews, type ReviewKey } from './reviews-lock';

export interface ReportCommand extends ReviewKey {
  /** A person, and the network they are in; null: the store vouches for them. Hashes. */
  reporter: { id: Buffer; network: Buffer | null };
  reason: string;
  detail: string | null;
}

/** Whether there was such a review to report. */
export type ReportOutcome = boolean;

export interface ReportWriterDeps {
  writes: Pool;
  /** How many hide a review: reporters that the store vouches for, and networks of others. */
  reportersToHide: number;
  /**
   * Takes reviews out of their products' summaries and raises the products' versions, in the order
   * of their keys.
   */
  removeFromSummaries(client: PoolClient, reviews: readonly ReviewKey[]): Promise<void>;
}

/**
 * Writes a batch of reports in one transaction. A reporter counts once for a review, however often
 * they report it, and reporters of one network whom nobody vouches for count as one together; when
 * enough have, the review is flagged: hidden until a moderator decides.
 *
 * Bound: of one network, five reports of a review are stored (network-places.ts), which is what
 * moderators see of them; a further one is answered like the others. So a review that is shown has
 * few reports that count, and counting them needs no index.
 */
export function createReportWriter({
  writes,
  reportersToHide,
  removeFromSummaries,
}: ReportWriterDeps) {
  return (commands: ReportCommand[]): Promise<ReportOutcome[]> =>
    inTransaction(writes, async (client) => {
      const locked = await lockApprovedReviews(client, commands);
      const found = commands.map(
        ({ reviewId, productId }) => locked.get(reviewId)?.productId === productId,
      );
      const reports = commands.filter((_, index) => found[index]);
      if (reports.length === 0) return found;
      const admitted = await admit(client, reports);
      if (admitted.length === 0) return found;
      await insertReports(client, admitted);
      const flagged = await flagReported(client, admitted, reportersToHide);
      if (flagged.length > 0) await removeFromSummaries(client, flagged);
      return found;
    });
}

/**
 * Each reporter's report, by the primary key, and how many of their network's count: a walk over
 * the review's few reports. Read under the reviews' locks, so nobody changes them meanwhile.
 */
export const FIND_REPORTS_STATEMENT: Statement = {
  name: 'find_reports',
  text: `
      SELECT EXISTS (SELECT FROM review_reports AS p WHERE p.review_id = k.review_id AND p.reporter = k.reporter),
             (SELECT count(*)::integer FROM review_reports AS n
              WHERE n.review_id = k.review_id AND n.network = k.network AND n.counts)
      FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS k (review_id, reporter, network, place)
      ORDER BY k.place`,
};

/** The first report of each reporter, as far as their network has places left. */
async function admit(
  client: PoolClient,
  reports: readonly ReportCommand[],
): Promise<ReportCommand[]> {
  const { rows } = await client.query<[boolean, number]>({
    ...FIND_REPORTS_STATEMENT,
    values: [
      reports.map((r) => r.reviewId),
      reports.map((r) => r.reporter.id),
      reports.map((r) => r.reporter.network),
    ],
    rowMode: 'array',
  });
  const places = createNetworkPlaces();
  const known = new Set<string>();
  for (const [index, { reviewId, reporter }] of reports.entries()) {
    const [hasReported, taken] = rows[index]!;
    if (hasReported) known.add(nameOf(reviewId, reporter.id));
    if (reporter.network) places.note(reviewId, reporter.network, taken);
  }
  return reports.filter(({ reviewId, reporter }) => {
    const name = nameOf(reviewId, reporter.id);
    if (known.has(name) || !places.take(reviewId, reporter.network)) return false;
    known.add(name);
    return true;
  });
}

function nameOf(reviewId: string, reporterId: Buffer): string {
  return `${reviewId} ${reporterId.toString('base64')}`;
}

async function insertReports(client: PoolClient, reports: readonly ReportCommand[]): Promise<void> {
  await client.query({
    name: 'insert_reports',
    text: `
      INSERT INTO review_reports (review_id, reporter, product_id, reason, detail, network)
      SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::bytea[])`,
    values: [
      reports.map((r) => r.reviewId),
      reports.map((r) => r.reporter.id),
      reports.map((r) => r.productId),
      reports.map((r) => r.reason),
      reports.map((r) => r.detail),
      reports.map((r) => r.reporter.network),
    ],
  });
}

/** @returns the reviews that have just been hidden. Counts by the primary key's prefix. */
async function flagReported(
  client: PoolClient,
  reports: readonly ReportCommand[],
  reportersToHide: number,
): Promise<ReviewKey[]> {
  const { rows } = await client.query<[string, string]>({
    name: 'flag_reported_reviews',
    text: `
      UPDATE reviews AS r SET state = 'flagged'
      FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::bigint[]) AS k (product_id, review_id)) AS k
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id AND r.state = 'approved'
        AND (SELECT count(DISTINCT coalesce(p.network, p.reporter)) FROM review_reports AS p
             WHERE p.review_id = k.review_id AND p.counts) >= $3
      RETURNING r.product_id, r.review_id`,
    values: [reports.map((r) => r.productId), reports.map((r) => r.reviewId), reportersToHide],
    rowMode: 'array',
  });
  return rows.map(([productId, reviewId]) => ({ productId, reviewId }));
}
