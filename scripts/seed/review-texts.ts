import { SeededRandom } from '../shared/seeded-random';
import { csvJsonText, flat } from './csv-text';
import {
  buildLanguages,
  FIRST_NAMES,
  LAST_NAMES,
  type Language,
  MERCHANT_RESPONSES,
  type Vocabulary,
} from './review-vocabulary';

/** The parts of a review, in the form of the file. */
export interface Texts {
  /** 256 of them, in their shares. `index` numbers the different locales. */
  locales: { index: number; locale: string | null; language: Language }[];
  people: { name: string; mailbox: string }[];
  merchantResponses: string[];
}

const MAIL_DOMAINS = ['example.com', 'example.net', 'example.org']; // reserved: no mail arrives there

let built: Texts | undefined;

/** Built on first use (0.1 s), then shared by all segments of a worker. */
export function sharedTexts(): Texts {
  built ??= {
    locales: buildLocales(),
    people: buildPeople(),
    merchantResponses: MERCHANT_RESPONSES.map(csvJsonText),
  };
  return built;
}

function buildLocales(): Texts['locales'] {
  const locales: Texts['locales'] = [];
  const indexes = new Map<string | null, number>();
  for (const { share, language: words } of buildLanguages(csvJsonText)) {
    const language = joinUp(words);
    for (let i = 0; i < Math.round(share * 256); i += 1) {
      // Three in a hundred have no locale.
      const locale = i % 32 === 31 ? null : language.locales[i % language.locales.length]!;
      if (!indexes.has(locale)) indexes.set(locale, indexes.size);
      locales.push({ index: indexes.get(locale)!, locale, language });
    }
  }
  while (locales.length < 256) locales.push(locales[0]!);
  return locales;
}

/**
 * Joins each text with what always stands beside it: a title with the start of the body, a sentence
 * with the space before it.
 */
function joinUp(language: Language): Language {
  const join = ({ titles, openers, details, closers }: Vocabulary): Vocabulary => ({
    titles: titles.map((title) => flat(`${title}"",""body"":""`)),
    openers,
    details: details.map((detail) => flat(` ${detail}`)),
    closers: closers.map((closer) => flat(` ${closer}`)),
  });
  const { locales, happy, mixed, unhappy } = language;
  return { locales, happy: join(happy), mixed: join(mixed), unhappy: join(unhappy) };
}

/** The displayed name is "Zoë", "Zoë K." or the full name; the mailbox is plain ASCII. */
function buildPeople(): Texts['people'] {
  const people: Texts['people'] = [];
  const random = new SeededRandom();
  random.restart(2, 2);
  for (let i = 0; i < 8191; i += 1) {
    const first = FIRST_NAMES[random.below(FIRST_NAMES.length)]!;
    const last = LAST_NAMES[random.below(LAST_NAMES.length)]!;
    const shape = random.below(10);
    const name = shape < 4 ? first : shape < 8 ? `${first} ${last[0]}.` : `${first} ${last}`;
    const domain = MAIL_DOMAINS[random.below(MAIL_DOMAINS.length)]!;
    const mailbox = `${first}.${last}`
      .toLowerCase()
      .normalize('NFD')
      .replaceAll('ø', 'o')
      .replace(/[^a-z.]/g, '');
    people.push({ name: csvJsonText(name), mailbox: `.${mailbox}@${domain}` });
  }
  return people;
}
