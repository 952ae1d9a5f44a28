import type { Field, Finding, Verdict } from './moderation-policy';

/**
 * The form of verdicts stored before November 2026: the fields in which a check found something,
 * without words or places.
 */
interface OlderVerdict {
  policy: Verdict['policy'];
  links?: Field[];
  profanity?: Field[];
  velocity?: ('author' | 'text')[];
}

/**
 * Returns a stored verdict as JSON text in today's form, with any further members that were stored
 * in it. A verdict in the older form is translated each time it is read: the service does not
 * rewrite reviews that were approved long ago.
 *
 * @param stored JSON text, or null for a review without a verdict
 */
export function renderVerdict(stored: string | null): string {
  if (stored === null) return 'null';
  const verdict = JSON.parse(stored) as Verdict | OlderVerdict;
  if ('findings' in verdict) return stored;
  const { links = [], profanity = [], velocity = [], ...rest } = verdict;
  const findings: Finding[] = [
    ...velocity.map((of) =>
      findingWithoutPlace(
        of === 'text' ? 'copy' : 'author_velocity',
        of === 'text' ? 'body' : null,
      ),
    ),
    ...links.map((field) => findingWithoutPlace('link', field)),
    ...profanity.map((field) => findingWithoutPlace('profanity', field)),
  ];
  return JSON.stringify({ ...rest, findings });
}

function findingWithoutPlace(rule: Finding['rule'], field: Finding['field']): Finding {
  return { rule, field, words: [], start: null, end: null, count: null, limit: null };
}
