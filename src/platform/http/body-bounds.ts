import type { InputError } from './problem';

/**
 * What no body of this service is, found before a schema looks at a body value by value.
 *
 * Bound: at most VALUES_MAX values are visited, however many there are; a body of 64 kB may hold
 * 30,000, and a schema names what is wrong with each. The largest body that makes sense, a hundred
 * decisions, has 502.
 */
const VALUES_MAX = 1_000;
const LEVELS_MAX = 10;

/** @returns what is too large about it, if anything is */
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
 * A name that objects cannot have like any other: Zod's records leave it out unseen. @param body
 * not oversize
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

/** Every list and object, each before what is in it: who stops asking looks no deeper. */
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
