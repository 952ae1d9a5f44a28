import { z } from 'zod';
import type { Value } from '../platform/db/statement';
import { locale } from '../platform/http/body-fields';
import { listParameter, optionalFlag } from '../platform/http/parameters';

/**
 * The filters of a listing. One entry is a whole filter: its query parameter, which is also its
 * place in the contract; the column that takes it to the listing statements; and their condition.
 * The cursor's signature, the choice of the stored first page and the identity of a batched request
 * use the same list, so none of them can forget a filter.
 */
export interface ReviewFilter<Parameter extends z.ZodType = z.ZodType> {
  /** Its output is null for a request without the parameter. */
  parameter: Parameter;
  /** PostgreSQL's type of the column. The column's name is `k.<name of the entry>`. */
  type: string;
  /** The column's value for the parameter's output. */
  value(given: z.output<Parameter>): Value;
  /** True for the reviews to list; true for all of them if the request does not use the filter. */
  condition: string;
}

function filter<Parameter extends z.ZodType>(
  entry: ReviewFilter<Parameter>,
): ReviewFilter<Parameter> {
  return entry;
}

/** Bit n for rating n; no filter is all five. */
const ALL_RATINGS = 0b111110;

/** `4,5` → [4, 5], each once, in order: the same set is the same listing. */
const ratings = listParameter(
  z
    .string()
    .regex(/^[1-5](,[1-5])*$/, 'must be ratings from 1 to 5, separated by commas')
    .transform((text) => [...new Set(text.split(',').map(Number))].sort()),
  { type: 'integer', minimum: 1, maximum: 5 },
);

export const REVIEW_FILTERS = {
  rating: filter({
    parameter: ratings.nullable().default(null).meta({
      description:
        'Only reviews with one of these ratings, separated by commas: `4,5`; or repeat the parameter',
    }),
    type: 'integer',
    value: (given) => given?.reduce((bits, rating) => bits | (1 << rating), 0) ?? ALL_RATINGS,
    condition: 'k.rating & (1 << reviews.rating) <> 0',
  }),
  has_photos: filter({
    parameter: optionalFlag.meta({
      description: 'Only reviews with photos, or only those without',
    }),
    type: 'boolean',
    value: (given) => given,
    condition: '(k.has_photos IS NULL OR (reviews.photo_count > 0) = k.has_photos)',
  }),
  verified: filter({
    parameter: optionalFlag.meta({
      description: 'Only reviews of verified buyers, or only the others',
    }),
    type: 'boolean',
    value: (given) => given,
    condition: '(k.verified IS NULL OR reviews.verified = k.verified)',
  }),
  locale: filter({
    parameter: locale.nullable().default(null).meta({
      description: 'Only reviews of exactly this language tag, such as `pt-BR`',
    }),
    type: 'text',
    value: (given) => given,
    condition: '(k.locale IS NULL OR reviews.locale = k.locale)',
  }),
};

type Filters = typeof REVIEW_FILTERS;
type FilterName = keyof Filters;
type FilterParameters = { [Name in FilterName]: Filters[Name]['parameter'] };

/** The filters' values by name; null: the request does not use the filter. */
export type ReviewFilters = { [Name in FilterName]: z.output<FilterParameters[Name]> };

const NAMES = Object.keys(REVIEW_FILTERS) as FilterName[];

function byName<Result>(read: (name: FilterName) => unknown): Result {
  return Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Result;
}

/** For the schema of the query. */
export const filterParameters = byName<FilterParameters>((name) => REVIEW_FILTERS[name].parameter);

export const NO_FILTERS = byName<ReviewFilters>(() => null);

export function pickFilters(query: ReviewFilters): ReviewFilters {
  return byName((name) => query[name]);
}

export function isUnfiltered(query: ReviewFilters): boolean {
  return NAMES.every((name) => query[name] === null);
}
