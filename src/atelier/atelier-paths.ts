/**
 * Whether a path, as the router compares it, is the legacy contract's: `/reviews` and what is below
 * it.
 */
export function isLegacyPath(path: string): boolean {
  return /^\/reviews(?:\/|$)/i.test(path);
}
