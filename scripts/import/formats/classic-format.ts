import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { type CsvRecord, readHeader } from '../csv/csv-records';
import type { RefusalSink } from '../refusal-report';
import {
  type StagedCharacteristic,
  type StagedPhoto,
  type StagedRating,
  type StagedReview,
  stageCharacteristics,
  stagePhotos,
  stageRatings,
  stageReviews,
} from '../staged/staging';
import {
  isAbsent,
  readInteger,
  readLine,
  readOptionalBoolean,
  readOptionalEmail,
  readOptionalLine,
  readOptionalText,
  readPhotoUrl,
  readText,
  readTime,
  Unfit,
} from './field-readers';
import { readFitRows } from './fit-rows';

/** The files of the legacy contract's servers. Only reviews.csv is required. */
export const CLASSIC_FILES = {
  reviews: 'reviews.csv',
  photos: 'reviews_photos.csv',
  characteristics: 'characteristics.csv',
  ratings: 'characteristic_reviews.csv',
};

const COLUMNS: Readonly<Record<keyof typeof CLASSIC_FILES, { required: string[] }>> = {
  reviews: {
    required: [
      ...['id', 'product_id', 'rating', 'date', 'summary', 'body', 'recommend', 'reported'],
      ...['reviewer_name', 'reviewer_email', 'response', 'helpfulness'],
    ],
  },
  photos: { required: ['id', 'review_id', 'url'] },
  characteristics: { required: ['id', 'product_id', 'name'] },
  ratings: { required: ['id', 'characteristic_id', 'review_id', 'value'] },
};

const ID_MAX = 2 ** 53 - 1;

/** The text in these files for "no merchant response". */
const NO_RESPONSE = 'null';

/** @throws UserError when a file cannot be read or lacks a column, before any row is staged */
export async function stageClassic(
  client: Client,
  folder: string,
  report: RefusalSink,
  nowMs: number,
): Promise<void> {
  const kinds = Object.keys(CLASSIC_FILES) as (keyof typeof CLASSIC_FILES)[];
  const fileOf = (kind: keyof typeof CLASSIC_FILES) => path.join(folder, CLASSIC_FILES[kind]);
  const there = new Set(kinds.filter((kind) => kind === 'reviews' || existsSync(fileOf(kind))));
  for (const kind of there) await readHeader(fileOf(kind), COLUMNS[kind]);

  const read = <T>(kind: keyof typeof CLASSIC_FILES, toRow: (record: CsvRecord) => T) =>
    readFitRows(fileOf(kind), COLUMNS[kind], toRow, report);
  await stageReviews(
    client,
    read('reviews', (record) => toReview(record, nowMs)),
  );
  if (there.has('photos')) await stagePhotos(client, read('photos', toPhoto));
  if (there.has('characteristics')) {
    await stageCharacteristics(client, read('characteristics', toCharacteristic));
  }
  if (there.has('ratings')) await stageRatings(client, read('ratings', toRating));
}

/**
 * A product id is a number in these files. `reported` hid a review until a moderator decided; here
 * that is the state `flagged`.
 */
function toReview({ line, fields }: CsvRecord, nowMs: number): StagedReview {
  return {
    line,
    key: readInteger('id', fields.id, 1, ID_MAX),
    productId: `${readInteger('product_id', fields.product_id, 0, ID_MAX)}`,
    createdAt: readTime('date', fields.date, nowMs),
    helpfulCount: isAbsent(fields.helpfulness)
      ? 0
      : readInteger('helpfulness', fields.helpfulness, 0, 2_000_000_000),
    state: readOptionalBoolean('reported', fields.reported) ? 'flagged' : 'approved',
    rating: readInteger('rating', fields.rating, 1, 5),
    recommended: readOptionalBoolean('recommend', fields.recommend),
    locale: null,
    authorName: readLine('reviewer_name', fields.reviewer_name),
    authorEmail: readOptionalEmail('reviewer_email', fields.reviewer_email),
    title: readOptionalLine('summary', fields.summary),
    body: readText('body', fields.body),
    response:
      fields.response === NO_RESPONSE
        ? null
        : readOptionalText('response', fields.response) || null,
  };
}

function toPhoto({ line, fields }: CsvRecord): StagedPhoto {
  return {
    line,
    key: readInteger('review_id', fields.review_id, 1, ID_MAX),
    position: readInteger('id', fields.id, 0, ID_MAX),
    url: readPhotoUrl('url', fields.url),
  };
}

function toCharacteristic({ fields }: CsvRecord): StagedCharacteristic {
  const name = readLine('name', fields.name).trim();
  if (!/^[A-Za-z][A-Za-z0-9 _-]{0,39}$/.test(name))
    throw new Unfit(`name must be a letter and up to 39 of A-Z a-z 0-9 space _ -, not '${name}'`);
  return { id: readInteger('id', fields.id, 0, ID_MAX), name };
}

function toRating({ line, fields }: CsvRecord): StagedRating {
  return {
    line,
    key: readInteger('review_id', fields.review_id, 1, ID_MAX),
    characteristicId: readInteger('characteristic_id', fields.characteristic_id, 0, ID_MAX),
    value: readInteger('value', fields.value, 1, 5),
  };
}
