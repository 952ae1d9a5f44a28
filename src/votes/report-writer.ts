import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../platform/db/transaction';
import { lockApprovedReviews, type ReviewKey } from './reviews-lock';

export interface ReportCommand extends ReviewKey {
  reporter: Buffer;
  reason: string;
  detail: string | null;
}

/** Whether there was such a review to report. */
export type ReportOutcome = boolean;

export interface ReportWriterDeps {
  writes: Pool;
  /** How many distinct reporters hide a review. */
  reportersToHide: number;
  /** Takes reviews out of their products' summaries and raises the products' versions, in the order of their keys. */
  removeFromSummaries(client: PoolClient, reviews: readonly ReviewKey[]): Promise<void>;
}

/**
 * Writes a batch of reports in one transaction. A reporter counts once for a review, however often they report it; when
 * enough distinct ones have, the review is flagged: hidden until a moderator decides.
 */
export function createReportWriter({ writes, reportersToHide, removeFromSummaries }: ReportWriterDeps) {
  return (commands: ReportCommand[]): Promise<ReportOutcome[]> =>
    inTransaction(writes, async (client) => {
      const locked = await lockApprovedReviews(client, commands);
      const found = commands.map(({ reviewId, productId }) => locked.get(reviewId)?.productId === productId);
      const reports = commands.filter((_, index) => found[index]);
      if (reports.length === 0) return found;
      await insertReports(client, reports);
      const flagged = await flagReported(client, reports, reportersToHide);
      if (flagged.length > 0) await removeFromSummaries(client, flagged);
      return found;
    });
}

async function insertReports(client: PoolClient, reports: readonly ReportCommand[]): Promise<void> {
  await client.query({
    name: 'insert_reports',
    text: `
      INSERT INTO review_reports (review_id, reporter, product_id, reason, detail)
      SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::text[])
      ON CONFLICT (review_id, reporter) DO NOTHING`,
    values: [
      reports.map((r) => r.reviewId),
      reports.map((r) => r.reporter),
      reports.map((r) => r.productId),
      reports.map((r) => r.reason),
      reports.map((r) => r.detail),
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
        AND (SELECT count(*) FROM review_reports AS p WHERE p.review_id = k.review_id AND p.counts) >= $3
      RETURNING r.product_id, r.review_id`,
    values: [reports.map((r) => r.productId), reports.map((r) => r.reviewId), reportersToHide],
    rowMode: 'array',
  });
  return rows.map(([productId, reviewId]) => ({ productId, reviewId }));
}
