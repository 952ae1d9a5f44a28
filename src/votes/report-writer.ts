import type { Pool, PoolClient } from 'pg';
import { createBatchColumns } from '../platform/db/batch-columns';
import { type Statement, toBytea } from '../platform/db/statement';
import { inTransaction } from '../platform/db/transaction';
import { REVIEW_KEY_COLUMNS, REVIEW_KEYS } from '../reviews/review-key';
import { COUNTED_COLUMNS, type CountedReview, changeSummaries } from '../summaries/summary-writer';
import { createNetworkPlaces } from './network-places';
import { lockApprovedReviews } from './reviews-lock';
import type { ReportCommand, ReportOutcome } from './vote-commands';

export interface ReportWriterDeps {
  writes: Pool;
  /** How many reporters hide a review; those of one network that the store does not vouch for are one. */
  reportersToHide: number;
}

/**
 * Writes a batch of reports in one transaction. A reporter counts once per review, however often
 * they report it. Reporters of one network for whom the store does not vouch count as one together.
 * When enough have reported a review, the writer flags it: it is hidden until a moderator decides.
 *
 * Bound: five reports of one network are stored per review (network-places.ts), and moderators see
 * those. The response to a sixth is the same. So a review that is shown has few reports that count,
 * and counting them needs no index.
 */
export function createReportWriter({ writes, reportersToHide }: ReportWriterDeps) {
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
      await changeSummaries(
        client,
        flagged.map((review) => ({ ...review, change: -1 })),
      );
      return found;
    });
}

const REPORTERS = createBatchColumns<ReportCommand>([
  { name: 'review_id', type: 'bigint', value: ({ reviewId }) => reviewId },
  { name: 'reporter', type: 'bytea', value: ({ reporter }) => toBytea(reporter.id) },
  { name: 'network', type: 'bytea', value: ({ reporter }) => toBytea(reporter.network) },
]);

/**
 * Whether each reporter has reported the review, by the primary key, and how many reports of their
 * network count: PostgreSQL reads the review's few reports. The reviews are locked, so no other
 * batch changes the reports meanwhile.
 */
export const FIND_REPORTS_STATEMENT: Statement = {
  name: 'find_reports',
  text: `
      SELECT EXISTS (SELECT FROM review_reports AS p WHERE p.review_id = k.review_id AND p.reporter = k.reporter),
             (SELECT count(*)::integer FROM review_reports AS n
              WHERE n.review_id = k.review_id AND n.network = k.network AND n.counts)
      FROM ${REPORTERS.rowsAs('k')}
      ORDER BY k.n`,
};

/** The first report of each reporter, while their network has places left. */
async function admit(
  client: PoolClient,
  reports: readonly ReportCommand[],
): Promise<ReportCommand[]> {
  const { rows } = await client.query<[boolean, number]>({
    ...FIND_REPORTS_STATEMENT,
    values: REPORTERS.valuesOf(reports),
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

const REPORTS = createBatchColumns<ReportCommand>([
  ...REVIEW_KEY_COLUMNS,
  { name: 'reporter', type: 'bytea', value: ({ reporter }) => toBytea(reporter.id) },
  { name: 'reason', type: 'text', value: ({ reason }) => reason },
  { name: 'detail', type: 'text', value: ({ detail }) => detail },
  { name: 'network', type: 'bytea', value: ({ reporter }) => toBytea(reporter.network) },
]);

async function insertReports(client: PoolClient, reports: readonly ReportCommand[]): Promise<void> {
  await client.query({
    name: 'insert_reports',
    text: `
      INSERT INTO review_reports (${REPORTS.names})
      SELECT ${REPORTS.names} FROM ${REPORTS.inputAs('k')}`,
    values: REPORTS.valuesOf(reports),
  });
}

/** Counts reporters by the primary key's prefix. @returns the reviews that it has just hidden */
async function flagReported(
  client: PoolClient,
  reports: readonly ReportCommand[],
  reportersToHide: number,
): Promise<CountedReview[]> {
  const { rows } = await client.query<CountedReview>({
    name: 'flag_reported_reviews',
    text: `
      UPDATE reviews AS r SET state = 'flagged'
      FROM (SELECT DISTINCT * FROM ${REVIEW_KEYS.inputAs('k')}) AS k
      WHERE r.product_id = k.product_id AND r.review_id = k.review_id AND r.state = 'approved'
        AND (SELECT count(DISTINCT coalesce(p.network, p.reporter)) FROM review_reports AS p
             WHERE p.review_id = k.review_id AND p.counts) >= $3
      RETURNING ${COUNTED_COLUMNS}`,
    values: [...REVIEW_KEYS.valuesOf(reports), reportersToHide],
  });
  return rows;
}
