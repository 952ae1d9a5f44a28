import { hasLink, hasProfanity } from './content-checks';
import type { Counted, Exceeded } from './velocity/submission-velocity';

export interface AssessedDraft {
  title: string;
  body: string;
  author: { name: string };
  locale: string | null;
}

type Field = 'title' | 'body' | 'author.name';

/** What each check found, and where; empty: nothing. Kept with the review for whoever decides about it. */
export interface Verdict {
  policy: 'auto' | 'manual';
  links: Field[];
  profanity: Field[];
  velocity: Counted[];
}

export interface Assessment {
  state: 'approved' | 'pending';
  verdict: Verdict;
}

/**
 * Whether a new review is shown at once. Pure. `auto`: unless a check finds something; `manual`: never, and the checks only tell the
 * moderator what to look at. A check never rejects: a person does.
 *
 * @param exceeded the limits of velocity that the review is beyond
 */
export function assess(
  policy: Verdict['policy'],
  draft: AssessedDraft,
  exceeded: readonly Exceeded[],
): Assessment {
  const fields: [Field, string][] = [
    ['title', draft.title],
    ['body', draft.body],
    ['author.name', draft.author.name],
  ];
  const verdict: Verdict = {
    policy,
    links: fieldsWhere(fields, hasLink),
    profanity: fieldsWhere(fields, (text) => hasProfanity(text, draft.locale)),
    velocity: exceeded.map(({ of }) => of),
  };
  const isClean = verdict.links.length + verdict.profanity.length + verdict.velocity.length === 0;
  return { state: policy === 'auto' && isClean ? 'approved' : 'pending', verdict };
}

/** All of it is looked at in one go, as there is hardly ever anything: a line break ends a word and an address. */
function fieldsWhere(fields: readonly [Field, string][], isFound: (text: string) => boolean): Field[] {
  if (!isFound(fields.map(([, text]) => text).join('\n'))) return [];
  return fields.filter(([, text]) => isFound(text)).map(([field]) => field);
}
