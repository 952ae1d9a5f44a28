import { joinJson, splitJson } from './json-list';
import type { Value, Values } from './statement';

/**
 * The input of a batched statement: one row per request, sent as one array per column.
 *
 * Each column is declared once: its name, its PostgreSQL type and how a request gives its value.
 * The SQL that unpacks the arrays, the values and the identity of a request all come from that one
 * list, so a column cannot be sent and left out of the identity. If it were, two requests that
 * differ only in that column would share an answer. The arrays are the statement's first
 * parameters; others follow.
 */
export interface BatchColumn<Request> {
  name: string;
  /** PostgreSQL's name of the element type, such as `text` or `bigint`. */
  type: string;
  value(request: Request): Value;
  /** `json`: the values are JSON texts, never null, and go in one text (json-list.ts). */
  sentAs?: 'json';
}

export interface BatchColumns<Request> {
  /** The columns' names, separated by commas. */
  names: string;
  /** A FROM item: the rows under this alias. */
  inputAs(alias: string): string;
  /** The same, with the place of each row in the batch (from 1) as column `n`. */
  rowsAs(alias: string): string;
  /** The statement's parameters, in the order that `rowsAs` expects them. */
  valuesOf(requests: readonly Request[]): Values;
  /**
   * A FROM item for one request: its row under this alias if the condition is true, else no row.
   * Each column is a parameter, and so is `n`, the last one.
   */
  rowAs(alias: string, condition: string): string;
  /** The parameters that `rowAs` expects. `n`: the request's place in the batch (from 1). */
  valuesOfRow(request: Request, n: number): Values;
  /** Equal for two requests exactly when every column is equal. */
  identify(request: Request): string;
}

/** No text in PostgreSQL can hold it, so no value can imitate the end of another. */
const END = '\0';
/**
 * Begins each value that is not null: a null differs from an empty text and from the text "null".
 */
const VALUE = '=';

export function createBatchColumns<Request>(
  columns: readonly BatchColumn<Request>[],
): BatchColumns<Request> {
  const arrays = columns.map(({ type, sentAs }, index) => {
    const parameter = `$${index + 1}`;
    if (sentAs === 'json') return `${splitJson(parameter)}::${type}[]`;
    return `${parameter}::${type}[]`;
  });
  const unnested = `unnest(${arrays.join(', ')})`;
  const names = columns.map(({ name }) => name).join(', ');
  const parameters = [...columns, { name: 'n', type: 'integer' }].map(
    ({ name, type }, index) => `$${index + 1}::${type} AS ${name}`,
  );
  const getters = columns.map(({ value }) => value);

  function valuesOf(requests: readonly Request[]): Values {
    return columns.map(({ value, sentAs }) => {
      const values = requests.map((request) => value(request));
      return sentAs === 'json' ? joinJson(values as string[]) : values;
    });
  }

  function identify(request: Request): string {
    let identity = '';
    for (const read of getters) {
      const value = read(request);
      identity += value === null ? END : VALUE + value + END;
    }
    return identity;
  }

  return {
    names,
    inputAs: (alias) => `${unnested} AS ${alias} (${names})`,
    rowsAs: (alias) => `${unnested} WITH ORDINALITY AS ${alias} (${names}, n)`,
    rowAs: (alias, condition) => `(SELECT ${parameters.join(', ')} WHERE ${condition}) AS ${alias}`,
    valuesOf,
    valuesOfRow: (request, n) => [...getters.map((read) => read(request)), n],
    identify,
  };
}
