import path from 'node:path';
import type { Client } from 'pg';
import { splitWebAddresses } from '../../../src/platform/values/web-address';
import { UserError } from '../../command/user-error';
import { type CsvColumns, type CsvRecord, readHeader, readRecords } from '../csv/csv-records';
import { OKENDO_KEYS, type OkendoKey } from '../import-program';
import { type RefusalSink, silentReport } from '../refusal-report';
import { type StagedPhoto, type StagedReview, stagePhotos, stageReviews } from '../staged/staging';
import {
  isAbsent,
  readInteger,
  readLine,
  readOptionalBoolean,
  readOptionalCountry,
  readOptionalEmail,
  readOptionalLine,
  readOptionalText,
  readPhotoUrl,
  readProductId,
  readText,
  readTime,
  Unfit,
} from './field-readers';
import { readFitRows } from './fit-rows';

const REQUIRED = ['name', 'body', 'rating', 'dateCreated'];
const OPTIONAL = [
  'title',
  'email',
  'countryCode',
  'imageUrls',
  'isRecommended',
  'helpfulCount',
  'status',
  'reply',
];

/**
 * Okendo's CSV file: one line per review, with its photos. The key of a review is the number of its
 * line.
 */
export async function stageOkendo(
  client: Client,
  file: string,
  wantedKey: OkendoKey | undefined,
  report: RefusalSink,
  nowMs: number,
): Promise<{ productKey: OkendoKey; otherKeys: OkendoKey[]; ignoredColumns: string[] }> {
  const header = await readHeader(file, { required: REQUIRED });
  const keys = OKENDO_KEYS.filter((name) => header.includes(name));
  const key = wantedKey ?? keys[0];
  if (key === undefined)
    throw new UserError(`${file} names no product: it has none of ${OKENDO_KEYS.join(', ')}`);
  const columns: CsvColumns = { required: [...REQUIRED, key], optional: OPTIONAL };
  await stageReviews(
    client,
    readFitRows(file, columns, (record) => toReview(record, key, nowMs), report),
  );
  await stagePhotos(client, readPhotos(file, columns, report));
  const known = new Set<string>([...REQUIRED, ...OPTIONAL, ...keys]);
  return {
    productKey: key,
    otherKeys: keys.filter((name) => name !== key),
    ignoredColumns: header.filter((column) => !known.has(column)),
  };
}

function toReview({ line, fields }: CsvRecord, key: OkendoKey, nowMs: number): StagedReview {
  return {
    line,
    key: line,
    productId: readProductId(key, fields[key]),
    createdAt: readTime('dateCreated', fields.dateCreated, nowMs),
    helpfulCount: isAbsent(fields.helpfulCount)
      ? 0
      : readInteger('helpfulCount', fields.helpfulCount, 0, 2_000_000_000),
    state: readState(fields.status),
    rating: readInteger('rating', fields.rating, 1, 5),
    recommended: readOptionalBoolean('isRecommended', fields.isRecommended),
    locale: readOptionalCountry('countryCode', fields.countryCode),
    authorName: readLine('name', fields.name),
    authorEmail: readOptionalEmail('email', fields.email),
    title: readOptionalLine('title', fields.title),
    body: readText('body', fields.body),
    response: readOptionalText('reply', fields.reply) || null,
  };
}

function readState(text: string | undefined): StagedReview['state'] {
  if (isAbsent(text)) return 'approved';
  const state = (['approved', 'pending', 'rejected'] as const).find(
    (name) => name === text!.trim().toLowerCase(),
  );
  if (!state) throw new Unfit(`status must be approved, pending or rejected, not '${text}'`);
  return state;
}

/** Reports a URL that cannot be used and keeps the others. */
async function* readPhotos(
  file: string,
  columns: CsvColumns,
  report: RefusalSink,
): AsyncGenerator<StagedPhoto> {
  // The faults of whole lines were reported when the reviews were read.
  const readAgain = readRecords(file, columns, silentReport);
  for await (const { line, fields } of readAgain) {
    const urls = isAbsent(fields.imageUrls) ? [] : splitWebAddresses(fields.imageUrls!);
    for (const [position, url] of urls.entries()) {
      try {
        yield { line, key: line, position, url: readPhotoUrl('imageUrls', url) };
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        report.mend(
          path.basename(file),
          line,
          `${error.message}; the review is kept without this photo`,
        );
      }
    }
  }
}
