import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { type CsvRecord, readRecords } from './csv-records';
import {
  isAbsent,
  readInteger,
  readOptionalBoolean,
  readOptionalEmail,
  readOptionalText,
  readPhotoUrl,
  readText,
  readTime,
  Unfit,
} from './field-readers';
import type { RefusalSink } from './refusal-report';
import {
  type StagedCharacteristic,
  type StagedPhoto,
  type StagedRating,
  type StagedReview,
  stageCharacteristics,
  stagePhotos,
  stageRatings,
  stageReviews,
} from './staging';

/** The older contract's files, as its servers kept them. Only reviews.csv must be there. */
export const CLASSIC_FILES = {
  reviews: 'reviews.csv',
  photos: 'reviews_photos.csv',
  characteristics: 'characteristics.csv',
  ratings: 'characteristic_reviews.csv',
};

const ID_MAX = 2 ** 53 - 1;

export async function stageClassic(
  client: Client,
  folder: string,
  report: RefusalSink,
  nowMs: number,
): Promise<void> {
  const read = <T>(name: string, columns: string, toRow: (record: CsvRecord) => T) =>
    readRows(path.join(folder, name), columns.split(','), toRow, report);
  const isThere = (name: string) => existsSync(path.join(folder, name));

  await stageReviews(
    client,
    read(
      CLASSIC_FILES.reviews,
      'id,product_id,rating,date,summary,body,recommend,reported,reviewer_name,reviewer_email,response,helpfulness',
      (record) => toReview(record, nowMs),
    ),
  );
  if (isThere(CLASSIC_FILES.photos)) {
    await stagePhotos(client, read(CLASSIC_FILES.photos, 'id,review_id,url', toPhoto));
  }
  if (isThere(CLASSIC_FILES.characteristics)) {
    await stageCharacteristics(
      client,
      read(CLASSIC_FILES.characteristics, 'id,product_id,name', toCharacteristic),
    );
  }
  if (isThere(CLASSIC_FILES.ratings)) {
    const columns = 'id,characteristic_id,review_id,value';
    await stageRatings(client, read(CLASSIC_FILES.ratings, columns, toRating));
  }
}

/** The records of a file that can be taken; the others are reported. */
export async function* readRows<T>(
  file: string,
  columns: readonly string[],
  toRow: (record: CsvRecord) => T,
  report: RefusalSink,
): AsyncGenerator<T> {
  for await (const record of readRecords(file, columns, report)) {
    try {
      yield toRow(record);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      report.add(path.basename(file), record.line, error.message);
    }
  }
}

/** A product id is a number there. `reported` hid a review until somebody looked at it: that is `flagged` here. */
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
    authorName: readText('reviewer_name', fields.reviewer_name),
    authorEmail: readOptionalEmail('reviewer_email', fields.reviewer_email),
    title: readOptionalText('summary', fields.summary),
    body: readText('body', fields.body),
    response: readOptionalText('response', fields.response) || null,
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
  const name = readText('name', fields.name).trim();
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
