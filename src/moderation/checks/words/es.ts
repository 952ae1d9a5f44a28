import type { WordList } from './word-list';

/**
 * Spanish: coarse words for sex and excrement, insults and slurs of Spain and Latin America. Left
 * out because they are animals, things or mild: asco, cabra, cachondo, carajo, coger, concha, culo,
 * huevos, pija, pito, polla, verga, zorra.
 */
export const spanish: WordList = {
  words: [
    ...[
      'mierda',
      'mierdas',
      'mierdoso*',
      'puta',
      'putas',
      'hijoput*',
      'hijueput*',
      'hijo de perra',
    ],
    ...[
      'hijos de perra',
      'gilipoll*',
      'cabron',
      'cabrones',
      'cabronazo',
      'cabronazos',
      'cabrona',
      'cabronas',
      'coño',
      'jodete',
    ],
    ...[
      'te jodan',
      'se jodan',
      'jodido',
      'jodida',
      'jodidos',
      'jodidas',
      'me cago en',
      'maricon',
      'maricones',
    ],
    ...[
      'pendejo',
      'pendejos',
      'chinga tu',
      'chingada',
      'chingadera*',
      'chingate',
      'malparido*',
      'malparida*',
    ],
    ...[
      'la concha de tu',
      'conchetumadre',
      'conchatumadre',
      'follar',
      'follarte',
      'follada',
      'mi polla',
      'mi verga',
    ],
    ...['la polla', 'mamaguevo*', 'mamahuevo*', 'sudaca', 'sudacas', 'heil hitler'],
  ],
  ordinaryElsewhere: ['puto', 'putos', 'joder'],
  allowed: [],
  ordinaryBeside: {
    'la polla': ['agua', 'gallo', 'gallos', 'gallina', 'corral', 'pollo', 'pollos', 'aves'],
  },
};
