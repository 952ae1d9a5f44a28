import type { ClientBase, Connection, Submittable } from 'pg';
import { EncodedRows } from './encoded-rows';
import type { Command, EncodedRow, Statement, TextRow, Value, Values } from './statement';

/**
 * The names of the statements that a client's connection has prepared, the least recently used
 * first.
 */
const preparedBy = new WeakMap<ClientBase, Set<string>>();

/**
 * A connection closes the least recently used of more statements than this. Each takes about 100 kB
 * of its session (a listing of one segment, decision 45), so they take at most 40 MB.
 */
const PREPARED_MAX = 400;

const encodedRowsOf = new WeakMap<Connection, EncodedRows>();

/**
 * Executes the statement, which it prepares on first use, and returns its rows.
 *
 * @throws pg's DatabaseError, or the error of a lost connection
 */
export function sendText(
  client: ClientBase,
  statement: Statement,
  values: Values,
): Promise<TextRow[]> {
  return send(TextQuery<TextRow>, client, [{ statement, values }]);
}

/**
 * Executes the commands in one round trip and returns the rows of all of them, in their order. They
 * are one transaction: if one fails, those after it are not executed, and all rows are lost.
 */
export function sendCommands(client: ClientBase, commands: readonly Command[]): Promise<TextRow[]> {
  return send(TextQuery<TextRow>, client, commands);
}

/** Executes the statement and returns its rows' texts as the bytes that PostgreSQL sent. */
export function sendForEncoded(
  client: ClientBase,
  statement: Statement,
  values: Values,
): Promise<EncodedRow[]> {
  return send(EncodedQuery, client, [{ statement, values }]);
}

function send<Row>(
  Query: new (asked: Asked<Row>) => TextQuery<Row>,
  client: ClientBase,
  commands: readonly Command[],
): Promise<Row[]> {
  const prepared = preparedBy.get(client) ?? new Set();
  preparedBy.set(client, prepared);
  const { promise, resolve, reject } = Promise.withResolvers<Row[]>();
  client.query(new Query({ commands, prepared, rows: [], resolve, reject }));
  return promise;
}

interface Asked<Row> {
  commands: readonly Command[];
  /** The names of the statements that the connection has prepared (`preparedBy`). */
  prepared: Set<string>;
  rows: Row[];
  resolve(rows: Row[]): void;
  reject(error: Error): void;
}

/**
 * Prepared statements whose rows come back as the text that PostgreSQL sent: a submittable of pg,
 * as pg-cursor is one.
 *
 * For each statement, pg's own query builds a result with one parser per column, one object per row
 * and two promises. A page that is passed on as it is needs none of them. A batch of 4 pages costs
 * 62 µs of processor time this way against 127 µs through `pool.query`, one of 24 pages 156 µs
 * against 333 µs.
 *
 * Once answered, it holds nothing. pg starts one timer per query, and V8 moves what a cleared
 * timer's callback can reach to the old generation instead of freeing it: holding the rows until
 * then would cost half as much again per page (decision 41).
 */
class TextQuery<Row> implements Submittable {
  /** null: it has been answered. */
  #asked: Asked<Row> | null;

  constructor(asked: Asked<Row>) {
    this.#asked = asked;
  }

  /** Everything goes out in one write, so the server wakes up once. */
  submit(connection: Connection): void {
    const { commands, prepared } = this.#asked!;
    const names = new Set(commands.map(preparedName));
    connection.stream.cork();
    const missing = new Set([...names].filter((name) => !prepared.has(name)));
    makeRoom(connection, prepared, names, missing.size);
    for (const command of commands) {
      const name = preparedName(command);
      if (missing.delete(name)) {
        // A statement that failed at first may be prepared all the same. Closing an unknown name is
        // no error.
        connection.close({ type: 'S', name }, true);
        connection.parse({ name, text: command.statement.text, types: [] }, true);
      }
      connection.bind({ statement: name, values: command.values.map(toText) }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  /** pg replaces it by one that clears its timer and calls this one. */
  callback = (error: Error | null): void => {
    const asked = this.#asked;
    this.#asked = null;
    if (error) asked?.reject(error);
    else asked?.resolve(asked.rows);
  };

  handleDataRow({ fields }: { fields: Row }): void {
    this.#asked?.rows.push(fields);
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    if (this.#asked) notePrepared(this.#asked);
    this.callback(null);
  }

  // pg calls these on every query; these rows do not need them.
  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
}

class EncodedQuery extends TextQuery<EncodedRow> {
  override submit(connection: Connection): void {
    let rows = encodedRowsOf.get(connection);
    if (!rows) {
      rows = new EncodedRows(connection.stream);
      encodedRowsOf.set(connection, rows);
    }
    rows.receive((fields) => this.handleDataRow({ fields }));
    super.submit(connection);
  }
}

/**
 * Closes the statements used least recently, to make room for `added` more. `names` are needed now.
 * Nothing before these messages can fail, so the server closes what `prepared` no longer holds.
 */
function makeRoom(
  connection: Connection,
  prepared: Set<string>,
  names: ReadonlySet<string>,
  added: number,
): void {
  let excess = added === 0 ? 0 : prepared.size + added - PREPARED_MAX;
  for (const name of prepared) {
    if (excess <= 0) return;
    if (names.has(name)) continue;
    prepared.delete(name);
    connection.close({ type: 'S', name }, true);
    excess -= 1;
  }
}

/** After all commands succeeded: these were used last. */
function notePrepared({ commands, prepared }: Asked<unknown>): void {
  for (const command of commands) {
    const name = preparedName(command);
    prepared.delete(name);
    prepared.add(name);
  }
}

/**
 * Differs from the name that pg uses: pg would take it for unprepared, and prepare it a second
 * time.
 */
function preparedName({ statement }: Command): string {
  return `text_${statement.name}`;
}

/** A parameter in PostgreSQL's text format; null stays null. */
function toText(value: Value | readonly Value[]): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? `{${value.map(toArrayElement).join(',')}}` : String(value);
}

function toArrayElement(value: Value): string {
  if (typeof value !== 'string') return String(value); // in an array, null is written NULL, in upper or lower case
  return value.includes('"') || value.includes('\\')
    ? `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : `"${value}"`;
}
