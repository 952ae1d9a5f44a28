import type { WordList } from './word-list';

/**
 * Portuguese: coarse words for sex and excrement, insults and slurs of Brazil and Portugal. Left
 * out because they are animals, things, people or mild: bicha, bosta, bunda, corno, foda, pau,
 * pica, pinto, puto, rapariga, rola, veado.
 */
export const portuguese: WordList = {
  words: [
    ...[
      'merda',
      'merdas',
      'puta',
      'putas',
      'caralho',
      'caralhos',
      'foda se',
      'fodase',
      'fodido',
      'fodida',
    ],
    ...['fodidos', 'fodidas', 'fodeu', 'buceta', 'bucetas', 'viado', 'viados', 'cuzao', 'cuzoes'],
    ...[
      'tomar no cu',
      'toma no cu',
      'no teu cu',
      'piroca',
      'pirocas',
      'punheta*',
      'punheteiro*',
      'boquete',
    ],
    ...['boquetes', 'xoxota*', 'xereca*', 'cabrão', 'cabrões', 'vtnc', 'vsf', 'pqp', 'heil hitler'],
  ],
  ordinaryElsewhere: ['porra', 'porras', 'boceta', 'bocetas', 'foder'],
  allowed: [],
  ordinaryBeside: {},
};
