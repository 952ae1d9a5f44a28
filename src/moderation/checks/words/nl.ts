import type { WordList } from './word-list';

/**
 * Dutch: coarse words for sex and excrement, diseases as curses, and slurs. Left out because they
 * are things, illnesses or mild: eikel, flikker, gelul, huren, kanker, klote, kont, lullig,
 * mongool, naaien, pijpen, poep, stront, teef.
 */
export const dutch: WordList = {
  words: [
    ...[
      'klootza*',
      'kloothommel*',
      'kankerlijer*',
      'kankerhoer*',
      'kankerzooi',
      'kankerwijf',
      'kankerhond',
    ],
    ...[
      'kankerkind*',
      'kankerhomo*',
      'kankermongool',
      'kankerjood',
      'kankerding',
      'krijg de kanker',
      'krijg kanker',
    ],
    ...[
      'krijg de tering',
      'krijg de tyfus',
      'krijg de tiefus',
      'tyfuslijer*',
      'tyfushoer*',
      'tyfuszooi',
    ],
    ...[
      'tiefuslijer*',
      'teringlijer',
      'teringlijers',
      'teringhoer*',
      'teringzooi',
      'pleurislijer*',
    ],
    ...[
      'hoerenzoon',
      'hoerenzonen',
      'hoerenjong*',
      'neuken',
      'geneukt',
      'neuk je',
      'vuile flikker*',
    ],
    ...['kutwijf*', 'kutmarokkaan*', 'kutzooi', 'neger', 'negers', 'heil hitler'],
  ],
  ordinaryElsewhere: ['kut*', 'lul', 'lullen', 'slet', 'sletten', 'hoeren', 'hoer', 'godver*'],
  allowed: ['kuttel*', 'kuttekoven', 'kuttingen', 'kutter', 'godvergeten*', 'godverlaten*'],
  ordinaryBeside: {},
};
