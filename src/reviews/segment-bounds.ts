/** Keys from `from` (inclusive) to `to` (exclusive), in byte order; undefined: open. */
export interface SegmentBounds {
  from: string | undefined;
  to: string | undefined;
}

/**
 * Reads the bounds that PostgreSQL writes as `FOR VALUES FROM ('123') TO (MAXVALUE)`.
 *
 * @throws Error when the expression has another form
 */
export function parseBounds(expression: string): SegmentBounds {
  const match = /^FOR VALUES FROM \((.*)\) TO \((.*)\)$/.exec(expression);
  if (!match) throw new Error(`A segment has bounds of an unknown form: ${expression}`);
  return { from: parseKey(match[1]!), to: parseKey(match[2]!) };
}

/** undefined: MINVALUE or MAXVALUE. */
function parseKey(text: string): string | undefined {
  return /^'.*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}

/** In byte order. Keys of products are ASCII, so JavaScript compares them as PostgreSQL does. */
export function isWithin(key: string, { from, to }: SegmentBounds): boolean {
  return (from === undefined || key >= from) && (to === undefined || key < to);
}

/** In the order of their keys, the open bound first. */
export function compareBounds({ from: a }: SegmentBounds, { from: b }: SegmentBounds): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  return a < b ? -1 : 1;
}
