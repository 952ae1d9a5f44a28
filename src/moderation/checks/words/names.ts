/**
 * The only words that names are checked against: words that nobody is called, in any language. Left
 * out because they are surnames, given names or places somewhere: Bitch, Cox, Cunt, Dick, Fick,
 * Fuk, Hoer, Hooker, Neger, Phuc, Puta, Shitta, Slut, Wang, Wichser.
 */
export const NOT_IN_NAMES: readonly string[] = [
  ...[
    '*fuck*',
    'shit',
    'shits',
    'shitty',
    'shithead*',
    '*bullshit*',
    'asshole*',
    'arsehole*',
    'cunt',
    'cunts',
  ],
  ...[
    'bitches',
    'whore',
    'whores',
    'wanker*',
    'dickhead*',
    'cocksuck*',
    'nigger*',
    'nigga',
    'faggot*',
  ],
  ...[
    '*scheiß*',
    '*arschloch*',
    '*fotze',
    'hurensohn*',
    'fick dich',
    'sieg heil',
    'heil hitler',
    'adolf hitler',
  ],
  ...[
    'putain',
    'salope',
    'enculé',
    'connard',
    'connasse',
    'fils de pute',
    'nique ta',
    'ta gueule',
    'merde',
  ],
  ...[
    'mierda',
    'hijo de puta',
    'hijoputa',
    'gilipollas',
    'merda',
    'caralho',
    'filho da puta',
    'buceta',
    'cuzão',
  ],
  ...[
    'vaffanculo',
    'stronzo',
    'puttana',
    'testa di cazzo',
    'porco dio',
    'klootzak*',
    'godverdomme',
    'kutwijf',
  ],
];

/** Surnames that an entry would match. */
export const ALLOWED_IN_NAMES: readonly string[] = ['fucks', 'fučk*', 'fućk*'];
