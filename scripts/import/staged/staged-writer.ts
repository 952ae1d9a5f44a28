import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { renderPayload } from '../../../src/reviews/review-payload';
import { REVIEW_COLUMNS } from '../../shared/review-columns';
import { areReviewIdsFree, claimReviewIds } from '../../shared/review-id-sequence';
import { ADD_SUMMARIES } from '../../shared/summary-statements';
import type { IdList } from '../id-list';
import {
  findKeyRange,
  type JoinedReview,
  listCharacteristicNames,
  readJoined,
  readSummaries,
  type StagedSummary,
} from './staged-rows';
import { inChunks } from './staging';

/**
 * Writes the staged reviews and their summaries in one transaction of `writing`. `staging` reads
 * them: temporary tables belong to one session.
 *
 * @param ids the list of old and new ids, for a format whose keys are review ids: its reviews keep
 *   them if none of the ids from the lowest to the highest was ever given out
 */
export async function writeStaged(
  staging: Client,
  writing: Client,
  ids: IdList | undefined,
): Promise<{ imported: number; keptIds: boolean }> {
  const keys = ids && (await findKeyRange(staging));
  if (keys && (await areReviewIdsFree(writing, keys.first, keys.last))) {
    const imported = await inTransaction(writing, async () => {
      const written = await writeAll(staging, writing, readJoined(staging, true));
      // Last, since instances that need ids wait from here to the commit.
      return (await claimReviewIds(writing, keys.first, keys.last)) ? written : undefined;
    });
    if (imported !== undefined) return { imported, keptIds: true };
    // An instance took one of the ids meanwhile.
  }
  const rows = readJoined(staging, false);
  const imported = await inTransaction(writing, () =>
    writeAll(staging, writing, ids ? ids.note(rows) : rows),
  );
  return { imported: imported!, keptIds: false };
}

/** Commits unless `work` returns undefined or throws. */
async function inTransaction(
  client: Client,
  work: () => Promise<number | undefined>,
): Promise<number | undefined> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query(result === undefined ? 'ROLLBACK' : 'COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // the connection may be what failed
    throw error;
  }
}

/** @returns how many reviews it wrote */
async function writeAll(
  staging: Client,
  writing: Client,
  reviews: AsyncGenerator<JoinedReview>,
): Promise<number> {
  await addCharacteristics(writing, await listCharacteristicNames(staging));
  const copy = writing.query(copyFrom(`COPY reviews (${REVIEW_COLUMNS}) FROM STDIN (FORMAT csv)`));
  await pipeline(Readable.from(inChunks(reviews, toReviewColumns), { objectMode: false }), copy);
  await addSummaries(writing, readSummaries(staging));
  return copy.rowCount;
}

/** Adds new names to the store's characteristics; the service knows them within half a minute. */
async function addCharacteristics(client: Client, names: string[]): Promise<void> {
  await client.query(
    `INSERT INTO characteristics (name) SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place)
     ORDER BY place ON CONFLICT (name) DO NOTHING`,
    [names],
  );
}

/**
 * The values of REVIEW_COLUMNS. The export has no date for a merchant response, so it gets the date
 * of the review.
 */
function toReviewColumns(row: JoinedReview) {
  const characteristics = row.characteristics ?? {};
  const photoUrls = row.photos ?? [];
  const payload = renderPayload({
    rating: row.rating,
    title: row.title,
    body: row.body,
    recommended: row.recommended,
    authorName: row.author_name,
    verified: false,
    locale: row.locale,
    createdAt: row.created_at,
    photoUrls,
    characteristics,
    response: row.response === null ? null : { body: row.response, createdAt: row.created_at },
  });
  return [
    ...[row.review_id, row.created_at, row.product_id, row.helpful_count, 0, row.state, row.rating],
    ...[photoUrls.length, row.recommended, false, row.locale],
    ...[row.characteristics && JSON.stringify(characteristics), row.author_email, payload],
  ];
}

async function addSummaries(
  client: Client,
  summaries: AsyncGenerator<StagedSummary>,
): Promise<void> {
  await client.query(
    'CREATE TEMPORARY TABLE added_summaries (LIKE product_summaries INCLUDING DEFAULTS) ON COMMIT DROP',
  );
  const copy = client.query(
    copyFrom(
      `COPY added_summaries (product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes,
                             recommended_no, photo_count, characteristics) FROM STDIN (FORMAT csv)`,
    ),
  );
  await pipeline(Readable.from(inChunks(summaries, toSummaryColumns), { objectMode: false }), copy);
  await client.query(ADD_SUMMARIES);
}

function toSummaryColumns(s: StagedSummary) {
  return [
    ...[s.product_id, s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_5],
    ...[s.recommended_yes, s.recommended_no, s.photo_count, s.characteristics],
  ];
}
