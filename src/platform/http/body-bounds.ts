import type { InputError } from './problem';

/**
 * Refuses bodies that are too large or too deep for any route, before a schema checks each value.
 *
 * Bound: visits at most VALUES_MAX values. A body of 64 kB may hold 30,000, and a schema would report
 * an error for each. The largest valid body, a hundred decisions, has 502.
 */
const VALUES_MAX = 1_000;
const LEVELS_MAX = 10;

/** @returns the error for a body with too many values or levels, else null */
export function findOversize(body: unknown): InputError | null {
  let count = 0;
  for (const { path, level, children } of containersIn(body)) {
    count += children;
    if (count > VALUES_MAX)
      return { path, message: `holds too many values: a body may have ${VALUES_MAX} in all` };
    if (level > LEVELS_MAX)
      return { path, message: `is nested too deep: a body may have ${LEVELS_MAX} levels` };
  }
  return null;
}

/**
 * Finds the field name `__proto__`, which Zod's records would drop without an error.
 * @param body must have passed `findOversize`
 */
export function findUnsafeName(body: unknown): InputError | null {
  for (const { path, value } of containersIn(body)) {
    if (Object.hasOwn(value, '__proto__'))
      return { path: childPath(path, '__proto__'), message: 'is not a known field' };
  }
  return null;
}

interface Container {
  path: string;
  level: number;
  value: object;
  children: number;
}

/** Yields every list and object before its children, so the caller can stop early. */
function* containersIn(body: unknown): Generator<Container> {
  const waiting = [{ path: '', level: 1, value: body }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, level, value } = next;
    if (typeof value !== 'object' || value === null) continue;
    const names = Array.isArray(value) ? null : Object.keys(value);
    yield { path, level, value, children: names ? names.length : (value as unknown[]).length };
    for (const name of names ?? (value as unknown[]).keys()) {
      const child = (value as Record<string | number, unknown>)[name];
      waiting.push({ path: childPath(path, `${name}`), level: level + 1, value: child });
    }
  }
}

function childPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
