import type { WordList } from './word-list';

/**
 * English: coarse words for sex and excrement, and slurs. Left out because shops sell it, or people
 * are called it: ass, balls, bastard, bloody, butt, cock, coon, crap, damn, dick, dyke, fanny,
 * prick, pussy, sex, tit.
 */
export const english: WordList = {
  words: [
    ...['*fuck*', '*fuuck*', 'fvck*', 'phuck*', 'fcking', 'stfu', 'gtfo'],
    ...['shit', 'shits', 'shitty', 'shittier', 'shittiest', 'shitting', 'shite', '*bullshit*', 'horseshit'],
    ...['shithead*', 'shithole*', 'shitshow*', 'shitload*', 'shitbag*', 'shitface*', 'shhit', 'dipshit*'],
    ...['dogshit', 'batshit', 'apeshit', 'asshole*', 'arsehole*', 'asswipe*', 'arselick*', 'asslick*'],
    ...['cunt', 'cunts', 'cunty', 'bitch', 'bitches', 'biatch', 'son of a bitch', 'sons of bitches'],
    ...['whore', 'whores', 'wanker', 'wankers', 'wank', 'wanking', 'twat', 'twats', 'dickhead*'],
    ...['cocksuck*', 'blowjob*', 'cumshot*', 'jizz', 'jerk off', 'jerking off'],
    ...['nigger*', 'nigga', 'niggas', 'faggot', 'faggots', 'wetback*'],
    ...['raghead*', 'towelhead*', 'kill yourself', 'neck yourself', 'heil hitler'],
  ],
  ordinaryElsewhere: [
    'slut',
    'sluts',
    'slutty',
    'retard',
    'retards',
    'kys',
    'paki',
    'pakis',
    'kike',
    'kikes',
  ],
  allowed: ['shiite', 'shiites', 'twatt', 'shitake', 'shiitake', 'fučk*', 'fućk*', 'profućk*', 'zafućk*'],
  ordinaryBeside: {
    bitch: [
      'dog',
      'dogs',
      'puppy',
      'puppies',
      'pup',
      'pups',
      'litter',
      'whelping',
      'breeder',
      'kennel',
      'labrador',
    ],
    bitches: ['dog', 'dogs', 'puppy', 'puppies', 'pups', 'litter', 'whelping', 'breeder', 'kennel'],
    faggot: ['gravy', 'kindling', 'bundle', 'firewood', 'sticks', 'twigs', 'butcher'],
    faggots: ['gravy', 'kindling', 'peas', 'firewood', 'sticks', 'twigs', 'butcher', 'pork'],
    retard: ['growth', 'flame', 'fire', 'ignition', 'timing', 'spark', 'rust', 'mould', 'mold', 'spoilage'],
    retards: ['growth', 'flame', 'fire', 'ignition', 'timing', 'spark', 'rust', 'mould', 'mold', 'spoilage'],
  },
};
