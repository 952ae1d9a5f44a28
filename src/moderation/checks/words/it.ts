import type { WordList } from './word-list';

/**
 * Italian: coarse words for sex and excrement, insults, slurs and blasphemies. Left out because
 * they are animals, things, places or mild: bastardo, cagna, chiavare, culo, fava, figa, finocchio,
 * minchiate, passera, pene, scopare, sega, Troia, zoccola.
 */
export const italian: WordList = {
  words: [
    ...[
      'merda',
      'merde',
      'merdoso*',
      'merdosa*',
      '*fanculo',
      'vaffanculo*',
      'stronzo',
      'stronza',
      'stronzi',
      'stronze',
    ],
    ...[
      'stronzata',
      'stronzate',
      'cazzo',
      'cazzi',
      'cazzone',
      'cazzoni',
      'cazzata',
      'cazzate',
      'testadicazzo',
    ],
    ...[
      'puttana',
      'puttane',
      'puttaniere',
      'puttanata',
      'puttanate',
      'troia schifosa',
      'brutta troia',
      'porca troia',
    ],
    ...[
      'sei una troia',
      'coglione',
      'coglioni',
      'minchia',
      'inculato',
      'inculata',
      'inculati',
      'inculare',
    ],
    ...[
      'mignotta',
      'mignotte',
      'pompino',
      'pompini',
      'bocchinara',
      'bocchinaro',
      'sborra',
      'succhiacazzi',
    ],
    ...['frocio', 'froci', 'ricchione', 'ricchioni', 'culattone', 'culattoni', 'negro di merda'],
    ...[
      'porco dio',
      'porcodio',
      'dio porco',
      'dio cane',
      'diocane',
      'porca madonna',
      'heil hitler',
    ],
  ],
  ordinaryElsewhere: ['fica', 'fiche'],
  allowed: [],
  ordinaryBeside: {},
};
