import type { WordList } from './word-list';

/**
 * French: coarse words for sex and excrement, insults and slurs. Left out because they are things,
 * titles or mild: baiser, bite, bordel, branleur, chatte, chienne, con, couilles, cul, foutu,
 * garce, nègre, pédale, queue, tapette.
 */
export const french: WordList = {
  words: [
    ...[
      'putain',
      'putains',
      'fils de pute',
      'fille de pute',
      'sale pute',
      'salope',
      'salopes',
      'salaud',
      'salauds',
    ],
    ...['encule', 'encules', 'enculer', 'enculee', 'enculeur*', 'connard*', 'conard', 'conards', 'connasse*'],
    ...['conasse*', 'merde', 'merdes', 'merdique*', 'emmerde*', 'fait chier', 'faire chier'],
    ...[
      'te faire foutre',
      'vous faire foutre',
      'nique ta',
      'niquer ta',
      'nique sa',
      'niquer sa',
      'niquez vos',
    ],
    ...[
      'ta gueule',
      'vos gueules',
      'pauvre con',
      'sale con',
      'gros con',
      'bande de cons',
      'ma bite',
      'les couilles',
    ],
    ...[
      'pédé',
      'pédés',
      'tarlouze*',
      'tantouze*',
      'gouine',
      'gouines',
      'bougnoule',
      'bougnoules',
      'bougnouls',
      'négro',
      'négros',
    ],
    ...[
      'sale negre',
      'sales negres',
      'sale arabe',
      'sales arabes',
      'sale juif',
      'sales juifs',
      'youpin*',
      'heil hitler',
    ],
  ],
  ordinaryElsewhere: ['pute', 'putes'],
  allowed: [],
  ordinaryBeside: {},
};
