import { DatabaseError } from 'pg';
import { type BatchColumns, createBatchColumns } from '../platform/db/batch-columns';
import { isDatabaseUnavailable } from '../platform/db/pg-errors';
import type { Statement, TextDatabase, TextRow } from '../platform/db/statement';
import { type AttachedSegment, findSegment, type SegmentMap } from './segment-map';

/**
 * Reads of many products, each from the table of its own segment, in one round trip.
 *
 * A statement on `reviews` opens every segment when it starts, also those that it then leaves out:
 * 250 µs of PostgreSQL's processor time with 30 segments, 3,400 with 300 (decision 45). A statement
 * on one segment's table opens one.
 *
 * Algorithm: the instance finds each product's segment in its map, and sends one prepared statement
 * per product, if that costs less than one statement for all. The last command of the round trip
 * counts the segments that are still attached as the map says. If one is not, or a command fails
 * (its table was dropped), the whole batch goes to `reviews`, and the map is loaded again.
 *
 * Why an old map cannot give a wrong page: the commands are one transaction, so each table that they
 * read stays locked until the count. Nobody can attach, detach, drop or rename it meanwhile. So what
 * the count sees was also true when the table was read, in a snapshot taken after it was locked.
 * Locks: the commands go in the order of the tables' oids, in which LOCK TABLE locks them too, so a
 * split and a batch cannot deadlock.
 */
export interface SegmentedStatement<Request> extends Statement {
  columns: BatchColumns<Request>;
  /** The same for one product, from `table`. `row` is the FROM item with its request. */
  ofSegment(row: string, table: string): string;
}

/**
 * Products per segment, up to which a statement for each costs less. Opening a segment takes about
 * 10 µs, and a statement of its own 12 µs more than a row of a batch.
 */
const WORTHWHILE_SHARE = 0.25;

/** The rows of all requests, with the place of the request (from 1) first. */
export async function readSegments<Request extends { productId: string }>(
  database: TextDatabase,
  map: SegmentMap,
  statement: SegmentedStatement<Request>,
  requests: readonly Request[],
): Promise<TextRow[]> {
  const placed = place(map, requests);
  if (placed) {
    const rows = await tryPlaced(database, statement, placed);
    if (rows) return rows;
    map.reload();
  }
  return database.queryText(statement, statement.columns.valuesOf(requests));
}

/**
 * null: the map does not know the segment of every product, or one statement for all costs less.
 */
function place<Request extends { productId: string }>(
  map: SegmentMap,
  requests: readonly Request[],
): Placed<Request>[] | null {
  const segments = map.segments();
  if (!segments || requests.length > WORTHWHILE_SHARE * segments.length) return null;
  const placed: Placed<Request>[] = [];
  for (const [index, request] of requests.entries()) {
    const segment = findSegment(segments, request.productId);
    if (!segment) return null;
    placed.push({ request, n: index + 1, segment });
  }
  return placed.sort((a, b) => a.segment.oid - b.segment.oid);
}

interface Placed<Request> {
  request: Request;
  /** Its place in the batch, from 1. */
  n: number;
  segment: AttachedSegment;
}

/** null: some segment is no longer attached as the map says. */
async function tryPlaced<Request>(
  database: TextDatabase,
  statement: SegmentedStatement<Request>,
  placed: readonly Placed<Request>[],
): Promise<TextRow[] | null> {
  const segments = [...new Set(placed.map(({ segment }) => segment))];
  try {
    const rows = await database.queryCommands([
      ...placed.map(({ request, n, segment }) => ({
        statement: statementOf(statement, segment),
        values: statement.columns.valuesOfRow(request, n),
      })),
      {
        statement: COUNT_ATTACHED_STATEMENT,
        values: SEGMENT_COLUMNS.valuesOf(segments),
      },
    ]);
    const [attached] = rows.pop()!;
    return Number(attached) === segments.length ? rows : null;
  } catch (error) {
    if (error instanceof DatabaseError && !isDatabaseUnavailable(error)) return null;
    throw error;
  }
}

/**
 * The name has the oid, so that new segments that take the names of old ones get statements of
 * their own. The table is last, because PostgreSQL ignores what is beyond 63 bytes. The text is made
 * only when a connection prepares it.
 */
function statementOf<Request>(
  { name, columns, ofSegment }: SegmentedStatement<Request>,
  { oid, table }: AttachedSegment,
): Statement {
  return {
    name: `${name}_${oid}_${table}`,
    get text() {
      return ofSegment(columns.rowAs('k'), table);
    },
  };
}

const SEGMENT_COLUMNS = createBatchColumns<AttachedSegment>([
  { name: 'segment', type: 'text', value: ({ table }) => table },
  { name: 'oid', type: 'oid', value: ({ oid }) => oid },
  { name: 'attached_by', type: 'xid', value: ({ attachedBy }) => attachedBy },
]);

/**
 * How many segments are still attached to `reviews` by the transactions of the map, under their
 * names: a load gives new segments the names of old ones.
 */
export const COUNT_ATTACHED_STATEMENT: Statement = {
  name: 'count_attached_segments',
  text: `
    SELECT count(*)
    FROM ${SEGMENT_COLUMNS.inputAs('k')}
    JOIN pg_inherits AS i ON i.inhrelid = k.oid
    WHERE k.segment::regclass = k.oid AND (i.inhparent = 'reviews'::regclass) IS TRUE
      AND i.xmin = k.attached_by AND NOT i.inhdetachpending`,
};
