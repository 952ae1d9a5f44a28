/** Whether a path belongs to the legacy contract: `/reviews` and all paths below it, in any case. */
export function isLegacyPath(path: string): boolean {
  return /^\/reviews(?:\/|$)/i.test(path);
}
