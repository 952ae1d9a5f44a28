import { checkContent } from './content-checks';
import type { Exceeded } from './velocity/submission-velocity';

export interface AssessedDraft {
  title: string;
  body: string;
  author: { name: string };
  /** BCP 47. */
  locale: string | null;
}

export const FIELDS = ['title', 'body', 'author.name'] as const;
export type Field = (typeof FIELDS)[number];

export const RULES = [
  'link',
  'profanity',
  'copy',
  'author_velocity',
  'address_velocity',
  'network_velocity',
] as const;

/** One thing that a check objects to. */
export interface Finding {
  rule: (typeof RULES)[number];
  /** Null: the rule is about no single field. */
  field: Field | null;
  /**
   * What was found, as it stands there; of a long one its beginning. Empty: not known, or nothing
   * of the text.
   */
  words: string[];
  /**
   * Where it stands in the field, in UTF-16 code units: `text.slice(start, end)` in JavaScript,
   * Java and C#.
   */
  start: number | null;
  end: number | null;
  /** Of what there was too much: how many, and how many may be. */
  count: number | null;
  limit: number | null;
}

/**
 * What the checks found, title first. Kept with the review for the moderator who decides about it.
 */
export interface Verdict {
  policy: 'auto' | 'manual';
  findings: Finding[];
}

export interface Assessment {
  state: 'approved' | 'pending';
  verdict: Verdict;
  /**
   * Nothing holds the review back but how many its author has written. Without a key nothing proves
   * whose the e-mail is, so the answer must not tell (docs/decisions/0081).
   */
  isHeldByAuthorAlone: boolean;
}

/** Twenty things are enough to decide; a verdict then has at most some 5 kB. */
const FINDINGS_MAX = 20;
const WORDS_LENGTH_MAX = 100;

/**
 * Whether a new review is shown at once. Pure. `auto`: unless a check finds something; `manual`:
 * never, and the checks only tell the moderator what to look at. A check never rejects: a moderator
 * does.
 *
 * @param exceeded the limits that the review is beyond
 */
export function assess(
  policy: Verdict['policy'],
  draft: AssessedDraft,
  exceeded: readonly Exceeded[],
): Assessment {
  const findings = [...exceeded.map(findExcess), ...findContent(draft)].slice(0, FINDINGS_MAX);
  const state = policy === 'auto' && findings.length === 0 ? 'approved' : 'pending';
  const isOfAuthor = findings.every(({ rule }) => rule === 'author_velocity');
  const isHeldByAuthorAlone = state === 'pending' && policy === 'auto' && isOfAuthor;
  return { state, verdict: { policy, findings }, isHeldByAuthorAlone };
}

function findExcess({ of, count, limit }: Exceeded): Finding {
  const rule = of === 'text' ? 'copy' : (`${of}_velocity` as const);
  return {
    rule,
    field: of === 'text' ? 'body' : null,
    words: [],
    start: null,
    end: null,
    count,
    limit,
  };
}

function findContent({ title, body, author, locale }: AssessedDraft): Finding[] {
  const texts: Record<Field, string> = { title, body, 'author.name': author.name };
  return FIELDS.flatMap((field) => {
    const text = texts[field];
    return checkContent(text, locale, field === 'author.name').map(({ rule, start, end }) => {
      const words = [firstOf(text.slice(start, end))];
      return { rule, field, words, start, end, count: null, limit: null };
    });
  });
}

/** Never half a character: PostgreSQL stores no lone surrogate. */
function firstOf(words: string): string {
  return words.slice(0, WORDS_LENGTH_MAX).replace(/[\ud800-\udbff]$/, '');
}
