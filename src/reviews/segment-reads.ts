import { DatabaseError } from 'pg';
import type { BatchColumns } from '../platform/db/batch-columns';
import { isDatabaseUnavailable } from '../platform/db/pg-errors';
import type { Command, Statement, TextDatabase, TextRow } from '../platform/db/statement';
import { type AttachedSegment, findSegment, isAttached, type SegmentMap } from './segment-map';

/**
 * Reads of many products, each from the table of its own segment, in one round trip.
 *
 * A statement on `reviews` opens every segment when it starts, also those that it then leaves out:
 * 250 µs of PostgreSQL's processor time with 30 segments, 3,400 with 300 (decision 45). A statement
 * on one segment's table opens one.
 *
 * Algorithm: the instance finds each product's segment in its map, and sends one prepared statement
 * per product, if that costs less than one statement for all. Correctness: a statement returns no row at all if its segment is not attached as the
 * map says (segment-map.ts), and otherwise at least one. If one is missing, or a statement fails
 * (its table was dropped), the whole batch goes to `reviews`, and the map is loaded again. Locks:
 * the commands go in the order of the tables' oids, in which LOCK TABLE locks them too, so a split
 * and a batch cannot deadlock.
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
  const commands = toCommands(map, statement, requests);
  if (commands) {
    const rows = await tryCommands(database, commands);
    if (rows) return rows;
    map.reload();
  }
  return database.queryText(statement, statement.columns.valuesOf(requests));
}

/** null: the map does not know the segment of every product, or one statement for all costs less. */
function toCommands<Request extends { productId: string }>(
  map: SegmentMap,
  statement: SegmentedStatement<Request>,
  requests: readonly Request[],
): Command[] | null {
  const segments = map.segments();
  if (!segments || requests.length > WORTHWHILE_SHARE * segments.length) return null;
  const placed: { command: Command; oid: number }[] = [];
  for (const [index, request] of requests.entries()) {
    const segment = findSegment(segments, request.productId);
    if (!segment) return null;
    const values = statement.columns.valuesOfRow(request, index + 1);
    placed.push({
      command: { statement: statementOf(statement, segment), values },
      oid: Number(segment.oid),
    });
  }
  return placed.sort((a, b) => a.oid - b.oid).map(({ command }) => command);
}

/** null: some segment is no longer attached as the map says. */
async function tryCommands(
  database: TextDatabase,
  commands: readonly Command[],
): Promise<TextRow[] | null> {
  try {
    const rows = await database.queryCommands(commands);
    return countAnswered(rows) === commands.length ? rows : null;
  } catch (error) {
    if (error instanceof DatabaseError && !isDatabaseUnavailable(error)) return null;
    throw error;
  }
}

/** The rows of one command are neighbours. */
function countAnswered(rows: readonly TextRow[]): number {
  let answered = 0;
  let before: string | null | undefined;
  for (const [n] of rows) {
    if (n !== before) answered += 1;
    before = n;
  }
  return answered;
}

/**
 * The name contains what the statement assumes, so that a later map prepares another one. The table
 * is last, because PostgreSQL ignores what is beyond 63 bytes. The text is made only when a
 * connection prepares it.
 */
function statementOf<Request>(
  { name, columns, ofSegment }: SegmentedStatement<Request>,
  segment: AttachedSegment,
): Statement {
  return {
    name: `${name}_${segment.oid}_${segment.attachedBy}_${segment.table}`,
    get text() {
      return ofSegment(columns.rowAs('k', isAttached(segment)), segment.table);
    },
  };
}
