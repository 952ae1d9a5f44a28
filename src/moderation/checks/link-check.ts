import { type FoldedText, placeInOriginal } from '../folded-text';
import type { Place } from './profanity-check';
import { isNeverWord, isTopLevelDomain, readsAsSentences } from './top-level-domains';

/**
 * Finds links in a text: web addresses, e-mail addresses, IP addresses and telephone numbers with a
 * country code. It also finds disguised ones (`evil[.]shop`, `evil dot com`, `hxxp://`).
 *
 * Algorithm: regular expressions over the folded text, in which full-width, Cyrillic and zero-width
 * disguises are already gone. A name with a dot counts as an address if it ends in a known
 * top-level domain and does not read as the end of one sentence and the beginning of the next
 * (`fits.Great`, `once.it shrank`).
 * Bound: every pattern starts at a word border and has a limited length, so the time is linear in
 * the text.
 * Failure: none for any text. docs/moderation.md gives how many links it misses and how many honest
 * texts it reports.
 *
 * @param folded `text` as foldText returns it
 * @param locale of the review, as a BCP 47 tag; null if unknown
 * @returns places in `text`, in UTF-16 code units, from left to right without overlaps
 */
export function findLinks(text: string, folded: FoldedText, locale: string | null): Place[] {
  const language = locale?.split('-', 1)[0] ?? null;
  const found = [...patternsIn(folded.text), ...namesIn(folded, text, language)];
  return withoutOverlaps(found).map(({ start, end }) => placeInOriginal(folded, text, start, end));
}

/**
 * Each pattern with a cheap test (`needs`): most reviews fail all of the tests, and then no pattern
 * is run.
 */
const PATTERNS: readonly {
  needs: RegExp;
  pattern: RegExp;
  isLink?: (match: RegExpMatchArray) => boolean;
}[] = [
  // A URL scheme, also with spaces (`h t t p`), defused (`hxxp`) or percent-encoded.
  {
    needs: /: ?[/\\]|%3a/,
    pattern: /(?<![\p{L}\p{N}])h ?[tx] ?[tx] ?p ?s? ?(?:: ?|%3a)(?:[/\\]|%2f)[^\s]{0,200}/gu,
  },
  { needs: /:/, pattern: /(?<![\p{L}\p{N}])(?:ftp|tg|ssh|javascript|mailto):[^\s]{1,200}/gu },
  { needs: /www/, pattern: /(?<![\p{L}\p{N}])www\d? ?[.。] ?[\p{L}\p{N}][^\s]{0,200}/gu },
  {
    needs: /www /,
    pattern:
      /(?<![\p{L}\p{N}])www [\p{L}\p{N}-]{2,63} (?:com|net|org|info|de|shop)(?![\p{L}\p{N}])/gu,
  },
  // An e-mail address with any domain.
  {
    needs: /@|[[({] ?at ?[\])}]/,
    pattern:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}(?:@| @ | ?[[({] ?(?:at|@) ?[\])}] ?)[\p{L}\p{N}-]{1,63}(?:[.。][\p{L}\p{N}-]{1,63}){1,4}/gu,
  },
  // A telephone number: a country code and at least eight more digits.
  { needs: /\+/, pattern: /(?<![\p{L}\p{N}+])\+[1-9](?:[ ()./-]{0,2}\d){8,14}(?!\d)/gu },
  // Telegram and WhatsApp addresses, also with spaces.
  {
    needs: /me ?\//,
    pattern: /(?<![\p{L}\p{N}])(?:t|wa|telegram) ?[.。] ?me ?\/ ?[\p{L}\p{N}+_]{2,64}/gu,
  },
  // `evil dot com`, `evil . com`. Only with endings that are not words, because reviews also write
  // about dots and points.
  {
    needs: /[ .·•∙‧](?:com|net|org|info|biz|xyz|ru|io)(?![a-z])/,
    pattern:
      /(?<![\p{L}\p{N}-])[\p{L}\p{N}][\p{L}\p{N}-]{1,62}(?: (?:dot|d0t|punkt|punto|ponto|punt|point) | \. ?|[·•∙‧])(?:com|net|org|info|biz|xyz|ru|io)(?![\p{L}\p{N}])/gu,
  },
  // `evil. com` at the end of a line.
  {
    needs: /[.。] (?:com|net|org)(?![a-z])/,
    pattern:
      /(?<![\p{L}\p{N}-])[\p{L}\p{N}][\p{L}\p{N}-]{1,62}[.。] (?:com|net|org)(?=[.,;!?)]?\s*(?:\n|$))/gu,
  },
  {
    needs: /\d\.\d{1,3}\.\d/,
    pattern:
      /(?<![\p{L}\p{N}.])(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?![\p{L}\p{N}]|\.\d)((?::\d|\/)[^\s]{0,200})?/gu,
    isLink: isPublicAddress,
  },
];

interface Span {
  start: number;
  end: number;
}

function patternsIn(text: string): Span[] {
  const found: Span[] = [];
  for (const { needs, pattern, isLink } of PATTERNS) {
    if (!needs.test(text)) continue;
    for (const match of text.matchAll(pattern))
      if (isLink?.(match) ?? true)
        found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/**
 * Tells public IP addresses from other numbers. `1.2.3.4` may be a firmware version, and reviews of
 * routers name private addresses. With a path behind it, an address always counts. Without one it
 * counts if it has eight or more digits and is not in a private network.
 */
function isPublicAddress([all, first, second, path]: RegExpMatchArray): boolean {
  const parts = all!.split(/[:/]/, 1)[0]!.split('.').map(Number);
  if (parts.some((part) => part > 255)) return false;
  if (path !== undefined) return true;
  const isPrivate =
    ['10', '127'].includes(first!) ||
    `${first}.${second}` === '192.168' ||
    /^172\.(?:1[6-9]|2\d|3[01])\./.test(all!);
  return !isPrivate && all!.replace(/\D/g, '').length >= 8;
}

/** `evil[.]shop`, `evil (dot) com`, `evil%2Ecom`, `evil&#46;com`, `evil。com`. */
const DOT = String.raw`(?:[.。]|%2e|&#(?:46|x2e);| ?[[({] ?(?:\.|dot|d0t|punkt|punto|ponto|punt|point) ?[\])}] ?)`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`;
/**
 * A cheap test for a name with a dot. A sentence that ends with a dot and a space does not pass it.
 */
const MAY_HOLD_NAME = /[.。][^\s.]|[[({] ?[.dp]|%2e|&#/;
const DOTS = new RegExp(DOT, 'gu');
const NAME = new RegExp(String.raw`(?<![\p{L}\p{N}-])${LABEL}(?:${DOT}${LABEL}){1,8}`, 'gu');
const PATH = /^(?::\d{2,5})?[/?#][^\s]{0,200}/u;
const ENDS = /^(?:[.,;:!?)\]}"'»”’>\n]|\s*$)/u;
/** Abbreviations that end with a dot: what follows is the next word. */
const ABBREVIATION =
  /^(?:abs|approx|art|bzw|ca|cand|cu|dipl|dr|ed|env|etc|evtl|ex|fig|ggf|inc|incl|ing|inkl|jr|lb|lic|ltd|mag|max|med|min|mr|mrs|ms|mt|nr|org|p|phil|prof|reg|resp|sc|sq|sr|st|stud|tel|tlf|usw|vgl|vs|zzgl)$/u;
/** Product names that end like addresses. */
const PRODUCTS: ReadonlySet<string> = new Set([
  'asp.net',
  'ado.net',
  'ml.net',
  'vb.net',
  'socket.io',
]);

function namesIn(folded: FoldedText, original: string, language: string | null): Span[] {
  const found: Span[] = [];
  if (!MAY_HOLD_NAME.test(folded.text)) return found;
  for (const match of folded.text.matchAll(NAME)) {
    const end = endOfAddress(folded, original, language, match);
    if (end !== null) found.push({ start: match.index, end });
  }
  return found;
}

/**
 * Returns where the longest address at the beginning of a name with dots ends, or null if there is
 * none.
 */
function endOfAddress(
  folded: FoldedText,
  original: string,
  language: string | null,
  { 0: name, index }: RegExpMatchArray,
): number | null {
  const dots = [...name!.matchAll(DOTS)];
  for (let last = dots.length - 1; last >= 0; last -= 1) {
    const from = dots[last]!.index + dots[last]![0].length;
    const to = dots[last + 1]?.index ?? name!.length;
    const before = name!.slice(
      dots[last - 1] ? dots[last - 1]!.index + dots[last - 1]![0].length : 0,
      dots[last]!.index,
    );
    const [start, end] = [index! + from, index! + to];
    const place = placeInOriginal(folded, original, start, end);
    const ending = {
      label: readDigits(name!.slice(from, to)),
      written: original.slice(place.start, place.end),
      before,
      isDisguised: dots[last]![0] !== '.',
      after: folded.text.slice(end, end + 210),
      language,
    };
    if (PRODUCTS.has(`${before}.${ending.label}`) || !isAddress(ending)) continue;
    return end + (PATH.exec(ending.after)?.[0].length ?? 0);
  }
  return null;
}

/** Replaces digits that stand for letters in an ending (`c0m`). */
function readDigits(label: string): string {
  return /^[a-z]*\d[a-z]+$|^[a-z]+\d[a-z]*$/.test(label)
    ? label.replace(/0/g, 'o').replace(/3/g, 'e')
    : label;
}

interface Ending {
  /** The last label of the name, folded. */
  readonly label: string;
  /** The last label as the author wrote it. */
  readonly written: string;
  /** The label before it, folded. */
  readonly before: string;
  /** Whether the dot between them is disguised (`[.]`, `dot`). */
  readonly isDisguised: boolean;
  readonly after: string;
  readonly language: string | null;
}

function isAddress({ label, written, before, isDisguised, after, language }: Ending): boolean {
  if (!isTopLevelDomain(label)) return false;
  if (PATH.test(after) && after.length > 1) return !/^\p{N}+$/u.test(before);
  if (isDisguised) return /\p{L}/u.test(before);
  if (!/\p{L}/u.test(before) || ABBREVIATION.test(before)) return false;
  if ([...before].length === 1 && !['com', 'net', 'org'].includes(label)) return false;
  if (isCapitalised(written) && !isNeverWord(label)) return false;
  return !readsAsSentences(before, label, ENDS.test(after), language);
}

/**
 * Whether a word has one capital and then lower-case letters, as at the beginning of a sentence.
 */
function isCapitalised(written: string): boolean {
  const [first, ...rest] = written;
  return first !== first!.toLowerCase() && rest.join('') === rest.join('').toLowerCase();
}

/** Sorts spans from left to right and merges those that overlap. */
function withoutOverlaps(spans: Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last && span.start < last.end) last.end = Math.max(last.end, span.end);
    else kept.push({ ...span });
  }
  return kept;
}
