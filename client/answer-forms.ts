import type {
  ActorReceipt,
  Problem,
  ReportReceipt,
  Review,
  ReviewPage,
  Summaries,
  Summary,
  VoteCounts,
} from './contract-types.ts';

/**
 * Checks the form of answers, so that a caller gets a value of the promised type or an error. The
 * compiler checks these fields against the contract's types. Additional fields are allowed, because
 * a later version of the service may send more.
 */
export type Form = (value: unknown) => boolean;
type FieldsOf<T> = { [Name in keyof T]-?: Form };

const text: Form = (value) => typeof value === 'string';
const number: Form = (value) => typeof value === 'number';
const flag: Form = (value) => typeof value === 'boolean';
const orNull =
  (form: Form): Form =>
  (value) =>
    value === null || form(value);
const orAbsent =
  (form: Form): Form =>
  (value) =>
    value === undefined || form(value);
const listOf =
  (form: Form): Form =>
  (value) =>
    Array.isArray(value) && value.every(form);
const mapOf =
  (form: Form): Form =>
  (value) =>
    isObject(value) && Object.values(value).every(form);

function object<T>(fields: FieldsOf<T>): Form {
  const all = Object.entries<Form>(fields);
  return (value) => isObject(value) && all.every(([name, form]) => form(value[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const review = object<Review>({
  review_id: number,
  product_id: text,
  rating: number,
  title: text,
  body: text,
  recommended: orNull(flag),
  author: object<Review['author']>({ name: text }),
  verified: flag,
  locale: orNull(text),
  created_at: text,
  photos: listOf(object<Review['photos'][number]>({ id: number, url: text })),
  characteristics: mapOf(number),
  response: orNull(object<NonNullable<Review['response']>>({ body: text, created_at: text })),
  helpful_count: number,
  not_helpful_count: number,
  state: orAbsent(text),
});

export const reviewPage = object<ReviewPage>({
  product_id: text,
  reviews: listOf(review),
  next_cursor: orNull(text),
});

const summary = object<Summary>({
  product_id: text,
  count: number,
  average: orNull(number),
  histogram: object<Summary['histogram']>({
    '1': number,
    '2': number,
    '3': number,
    '4': number,
    '5': number,
  }),
  recommended: object<Summary['recommended']>({ yes: number, no: number }),
  characteristics: mapOf(
    object<Summary['characteristics'][string]>({ average: number, count: number }),
  ),
  verified_count: number,
  photo_count: number,
});

export const summaries = object<Summaries>({ summaries: listOf(summary) });

export const voteCounts = object<VoteCounts>({
  review_id: number,
  helpful_count: number,
  not_helpful_count: number,
});

export const reportReceipt = object<ReportReceipt>({ review_id: number, reported: flag });

export const actorReceipt = object<ActorReceipt>({ actor: text });

export const problem = object<Problem>({
  type: text,
  title: text,
  status: number,
  detail: orAbsent(text),
  instance: text,
  errors: orAbsent(
    listOf(object<NonNullable<Problem['errors']>[number]>({ path: text, message: text })),
  ),
  'violated-policies': orAbsent(listOf(text)),
});
