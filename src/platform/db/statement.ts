import type { EncodedText } from '../encoded-text';

/** A prepared statement; `name` also labels its metric. */
export interface Statement {
  name: string;
  text: string;
}

/** Rows as arrays of PostgreSQL's own text: values that are only passed on need no parsing. */
export type TextRow = (string | null)[];

/** The same, not even decoded: for values that are sent on to the client. */
export type EncodedRow = (EncodedText | null)[];

/**
 * A parameter of a statement, or an element of one that is an array. `bytea` is text that begins
 * with \x.
 */
export type Value = string | number | boolean | null;

/** Bytes as a value of the type `bytea`. */
export function toBytea(bytes: Buffer | null | undefined): string | null {
  return bytes ? `\\x${bytes.toString('hex')}` : null;
}

/** The parameters of a statement, from $1 on. */
export type Values = (Value | readonly Value[])[];

/** A statement and its parameters. */
export interface Command {
  statement: Statement;
  values: Values;
}

/**
 * Answers statements with such rows: connections to one server, or to several (read-replicas.ts).
 */
export interface TextDatabase {
  queryText(statement: Statement, values: Values): Promise<TextRow[]>;
  /** The rows of all commands, which go out together and fail together. */
  queryCommands(commands: readonly Command[]): Promise<TextRow[]>;
  queryEncoded(statement: Statement, values: Values): Promise<EncodedRow[]>;
}
