import type { WordList } from './word-list';

/**
 * German: coarse words for sex and excrement, slurs, and salutes that the law forbids. Left out
 * because they are names, things or mild: Arsch, dick, Fick, Huren, Kacke, Mist, Muschi, Pisse,
 * Sack, Schwanz, schwul, Wichse.
 */
export const german: WordList = {
  words: [
    ...[
      '*scheiß*',
      '*scheise*',
      'beschissen*',
      'verschissen*',
      'angeschissen*',
      '*arschloch*',
      'arschfick*',
      'arschlecker*',
    ],
    ...[
      'fick dich',
      'fickt euch',
      'ficken',
      'ficke',
      'fickst',
      'gefickt',
      'verfickt*',
      'fickfehler',
      'ficker',
    ],
    ...[
      'wichser',
      'wichsern',
      'wixer',
      'wixxer',
      '*fotze*',
      'votze',
      'votzen',
      'nutten',
      'schlampe',
    ],
    ...['schlampen', 'hurensohn*', 'hurenbock', 'hurenkinder', 'schwanzlutscher*', 'titten'],
    ...[
      'verpiss dich',
      'verpisst euch',
      'kanake',
      'kanaken',
      'kanacke',
      'kanacken',
      'kümmeltürke*',
      'neger',
    ],
    ...['negern', 'negers', 'schwuchtel*', 'untermensch*', 'judensau', 'judenschwein*'],
    ...['sieg heil', 'heil hitler', 'zigeunerpack'],
  ],
  ordinaryElsewhere: ['hure', 'nutte', 'spast', 'spasti', 'spastis'],
  allowed: ['fotzel*'],
  ordinaryBeside: {},
};
