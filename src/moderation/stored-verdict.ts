import type { Field, Finding, Verdict } from './moderation-policy';

/**
 * As verdicts were stored until November 2026: the fields in which a check found something, without
 * words or places.
 */
interface OlderVerdict {
  policy: Verdict['policy'];
  links?: Field[];
  profanity?: Field[];
  velocity?: ('author' | 'text')[];
}

/**
 * A stored verdict as JSON text in today's shape, with whatever else was noted in it. An older one
 * is translated when it is read: reviews that were approved long ago are never written again for
 * it.
 */
export function renderVerdict(stored: string | null): string {
  if (stored === null) return 'null';
  const verdict = JSON.parse(stored) as Verdict | OlderVerdict;
  if ('findings' in verdict) return stored;
  const { links = [], profanity = [], velocity = [], ...rest } = verdict;
  const findings: Finding[] = [
    ...velocity.map((of) =>
      nothingMore(of === 'text' ? 'copy' : 'author_velocity', of === 'text' ? 'body' : null),
    ),
    ...links.map((field) => nothingMore('link', field)),
    ...profanity.map((field) => nothingMore('profanity', field)),
  ];
  return JSON.stringify({ ...rest, findings });
}

function nothingMore(rule: Finding['rule'], field: Finding['field']): Finding {
  return { rule, field, words: [], start: null, end: null, count: null, limit: null };
}
