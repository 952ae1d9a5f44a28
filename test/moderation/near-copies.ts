import type { SeededRandom } from '../../scripts/shared/seeded-random';
import { HONEST_REVIEWS } from './honest-reviews';

/** Changes that a spammer makes so that two copies of a text differ. */
export type Disguise = (text: string, random: SeededRandom) => string;

const WORDS = HONEST_REVIEWS.slice(0, 80)
  .join(' ')
  .toLowerCase()
  .match(/[a-z]+/g)!;

function randomWords(count: number, random: SeededRandom): string {
  return Array.from({ length: count }, () => WORDS[random.below(WORDS.length)]).join(' ');
}

const oneWord: Disguise = (text, random) => {
  const words = text.split(' ');
  words[random.below(words.length)] = randomWords(1, random);
  return words.join(' ');
};

const swappedSentences: Disguise = (text) => {
  const [first = '', ...others] = text.match(/[^.!?。！]+[.!?。！]*\s*/gu)!;
  return `${others.join('')} ${first}`;
};

export const DISGUISES: Readonly<Record<string, Disguise>> = {
  'one changed character': (text, random) => {
    const at = random.below(text.length);
    return `${text.slice(0, at)}q${text.slice(at + 1)}`;
  },
  'one changed word': oneWord,
  'a missing character': (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + text.slice(at + 1);
  },
  'a number at the end': (text, random) => `${text} ${random.below(1_000_000)}`,
  'five more words': (text, random) => `${text} ${randomWords(5, random)}`,
  'an added sentence': (text, random) => `${text} And ${randomWords(7, random)}.`,
  'a sentence in front': (text, random) => `The ${randomWords(7, random)}. ${text}`,
  'swapped sentences': swappedSentences,
  'other punctuation': (text, random) =>
    text.replace(/[.,]/g, () => ['!', '…', ' –'][random.below(3)]!),
  'emoji between the words': (text, random) =>
    text.replace(/ /g, () => (random.below(3) === 0 ? ' 😀 ' : ' ')),
  capitals: (text) => text.toUpperCase(),
  'full-width letters': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
  'Cyrillic look-alikes': (text) =>
    text.replace(/[aeo]/g, (letter) => 'аео'['aeo'.indexOf(letter)]!),
  'zero-width characters': (text) => [...text].join('\u200b'),
  'a changed word, swapped sentences and two more words': (text, random) =>
    `${swappedSentences(oneWord(text, random), random)} ${randomWords(2, random)}`,
};
