/**
 * Decides whether a new review is shown at once or waits for a moderator.
 *
 * Algorithm: run the content checks on title, body and author name, add the velocity limits that
 * the review exceeds, and apply the policy. Pure.
 * Bound: linear in the length of the texts; a verdict has at most FINDINGS_MAX findings.
 * Failure: none. A check can only hold a review back; only a moderator rejects one.
 */
import { checkContent } from './content-checks';
import type { Exceeded } from './velocity/submission-velocity';

/** The parts of a new review that the checks read. */
export interface AssessedDraft {
  title: string;
  body: string;
  author: { name: string };
  /** BCP 47; null if unknown. */
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

/** One problem that a check found. */
export interface Finding {
  rule: (typeof RULES)[number];
  /** Null: the rule is not about a single field. */
  field: Field | null;
  /**
   * The words that were found, as the author wrote them; at most WORDS_LENGTH_MAX characters of
   * each. Empty if the words are not known or the finding is not about words.
   */
  words: string[];
  /**
   * The range in the field, in UTF-16 code units, so that `text.slice(start, end)` returns it in
   * JavaScript (Java and C# count the same way).
   */
  start: number | null;
  end: number | null;
  /** For a limit: how many reviews were counted, and how many are allowed. */
  count: number | null;
  limit: number | null;
}

/**
 * What the checks found: exceeded limits first, then title, body and author name. It is stored with
 * the review for the moderator who decides about it.
 */
export interface Verdict {
  policy: 'auto' | 'manual';
  findings: Finding[];
}

export interface Assessment {
  state: 'approved' | 'pending';
  verdict: Verdict;
  /**
   * True if the only reason to hold the review back is how many reviews its author has written. A
   * request without a key does not prove whose e-mail address it names, so the answer must not
   * reveal this (docs/decisions/0081).
   */
  isHeldByAuthorAlone: boolean;
}

/** Twenty findings are enough for a decision, and keep a verdict below about 5 kB. */
const FINDINGS_MAX = 20;
const WORDS_LENGTH_MAX = 100;

/**
 * Assesses a new review. With the policy `auto` the review is approved unless a check finds
 * something. With `manual` it always waits, and the findings only tell the moderator what to look
 * at.
 *
 * @param exceeded the limits that the review exceeds
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
      const words = [truncate(text.slice(start, end))];
      return { rule, field, words, start, end, count: null, limit: null };
    });
  });
}

/** Cuts between characters, never inside one: PostgreSQL stores no lone surrogate. */
function truncate(words: string): string {
  return words.slice(0, WORDS_LENGTH_MAX).replace(/[\ud800-\udbff]$/, '');
}
