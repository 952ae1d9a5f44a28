import { SeededRandom } from '../shared/seeded-random';

/**
 * What reviewers write: sentences made from patterns with slots, a few thousand different ones of
 * each kind, so that a body of two or more of them is practically never repeated. Made once when a
 * worker starts (0.1 s, 5 MB) from a fixed sequence: the words are the same for every `--seed`, the
 * seed decides who says what.
 *
 * All characters are in Latin-1: V8 then keeps the texts at a byte a character, which the
 * generator's speed rests on.
 */
export type Sentiment = 'happy' | 'mixed' | 'unhappy';

export interface Vocabulary {
  titles: string[];
  openers: string[];
  details: string[];
  closers: string[];
}

export interface Language {
  locales: readonly string[];
  happy: Vocabulary;
  mixed: Vocabulary;
  unhappy: Vocabulary;
}

interface Patterns {
  slots: Readonly<Record<string, readonly string[]>>;
  titles: Readonly<Record<Sentiment, readonly string[]>>;
  openers: Readonly<Record<Sentiment, readonly string[]>>;
  details: Readonly<Record<Sentiment, readonly string[]>>;
  closers: Readonly<Record<Sentiment, readonly string[]>>;
}

const ENGLISH: Patterns = {
  slots: {
    nth: ['second', 'third', 'fourth', 'fifth'],
    thing: ['jacket', 'pair', 'one', 'set', 'bag', 'model', 'version', 'colour', 'size', 'item'],
    who: [
      'my wife',
      'my husband',
      'my son',
      'my daughter',
      'a friend',
      'my sister',
      'my brother',
      'my mother',
    ],
    time: [
      '# weeks',
      '# months',
      'a month',
      'a year',
      'half a year',
      'a few days',
      'two winters',
      'a summer',
    ],
    use: [
      'on the way to work',
      'at the gym',
      'for travelling',
      'on long walks',
      'in the garden',
      'around the house',
      'every single day',
      'at weekends',
      'in the rain',
      'on holiday',
      'for school runs',
      'with the dog',
    ],
    part: [
      'the stitching',
      'the zip',
      'the fabric',
      'the lining',
      'the sole',
      'the strap',
      'the finish',
      'the seam at the back',
      'the buckle',
      'the colour',
      'the padding',
      'the print',
    ],
    good: [
      'solid',
      'lovely',
      'excellent',
      'better than expected',
      'very well made',
      'soft',
      'just right',
      'superb',
    ],
    bad: [
      'flimsy',
      'poor',
      'uneven',
      'cheap',
      'scratchy',
      'already worn',
      'badly made',
      'a let-down',
    ],
    price: [
      '$#9',
      'the price',
      'what it costs',
      'this kind of money',
      'a sale price',
      'the full price',
    ],
    store: ['the shop', 'another store', 'a market stall', 'the outlet', 'the old supplier'],
    body: [
      'broad shoulders',
      'narrow feet',
      'long arms',
      'wide feet',
      'a high instep',
      'a short torso',
    ],
    letter: ['S', 'M', 'L', 'XL', '8', '9', '10', '11', '38', '40', '42', '44'],
  },
  titles: {
    happy: [
      'Really {good}, even after {time}',
      'Worth {price}, {part} is {good}',
      'Perfect {use}',
      '{who} wants one too',
      '{part} is {good}',
      'My {nth} {thing} and still happy',
      'So comfortable {use}',
      'Exactly what I needed {use}',
      'Love this {thing}, use it {use}',
    ],
    mixed: [
      'Good, but {part} is {bad}',
      'Fine {use}, less so otherwise',
      'OK for {price}',
      'Not sure after {time}',
      'Nice {thing}, {part} could be better',
      'Order a size up from {letter}',
      'It does the job {use}',
    ],
    unhappy: [
      'Fell apart after {time}',
      'Not worth {price}',
      '{part} is {bad}',
      'Sent it back after {time}',
      'Expected more for {price}',
      'Useless {use}',
      '{letter} is nowhere near {letter}',
    ],
  },
  openers: {
    happy: [
      'I have had this {thing} for {time} and use it {use}.',
      '{who} gave me this {thing} and I have worn it {use} ever since.',
      'After {time} {use}, I can say that {part} is {good}.',
      'I was looking for something {good} {use} and this {thing} is it.',
      'This is my {nth} {thing} from here and {part} is still {good}.',
      'Bought it to replace one from {store} and could not be happier {use}.',
    ],
    mixed: [
      'I have had this {thing} for {time} and am of two minds about it {use}.',
      'It is fine {use}, but {part} is {bad}.',
      'For {price} this {thing} is all right, nothing more, at least {use}.',
      '{who} likes it more than I do; for me {part} is {bad}.',
      'The first {time} were good, then {part} began to look {bad}.',
    ],
    unhappy: [
      'I wanted to like this {thing}, but after {time} {part} is {bad}.',
      '{who} warned me about {part} and was right after {time}.',
      'It arrived late, and {part} was {bad} before I used it {use}.',
      'For {price} I expected a {thing} that survives {time} {use}.',
      'Two of them in {time}, and with both {part} was {bad}.',
    ],
  },
  details: {
    happy: [
      'Compared with the {thing} from {store}, {part} is {good}.',
      'I take a {letter} and it fits well over {body}.',
      'It has been in the wash # times and {part} has not changed.',
      '{who} noticed {part} at once.',
      'It holds up {use}, and {part} stays dry.',
      'The label says "{letter}" and for once that is true.',
      'Delivery took # days and the parcel was neatly packed.',
      'I paid {price} and would do so again for {part} alone.',
      'With {body} I rarely find a {thing} that sits this well.',
      'I was unsure about {part}, but it is {good} {use}.',
    ],
    mixed: [
      'With {body} the {letter} is a bit tight {use}.',
      'I washed it # times and {part} looks tired.',
      '{part} is {good}, though the rest is only average.',
      'It took # days to arrive, which was longer than promised.',
      '{who} says a {letter} would have been the better choice.',
      'I would rather take the {thing} from {store} {use}.',
      'The picture shows "{letter}" and what came is closer to "{letter}".',
    ],
    unhappy: [
      'After # washes {part} came loose.',
      'I ordered a {letter} and got something like a {letter}.',
      'Support answered after # days and offered me {price} back.',
      'The {thing} from {store} cost less and lasted longer {use}.',
      'With {body} it is simply unwearable {use}.',
      '{part} was {bad} and smelled odd for # days.',
      'It says "{letter}" on the label; nobody who wears that will get into it.',
    ],
  },
  closers: {
    happy: [
      'I have already ordered a second {thing}.',
      'Recommended to anyone who needs one {use}.',
      '{who} is getting one for a birthday.',
      'Five stars for {part}.',
      'After {time} I would buy it again.',
    ],
    mixed: [
      'I will keep it, but only {use}.',
      'Wait for a sale and {price} is fair.',
      'Three stars because of {part}.',
      '{who} may have it after {time}.',
    ],
    unhappy: [
      'It went back after {time}.',
      'I am buying from {store} next time.',
      'Please do something about {part}.',
      'A pity, since {who} recommended it.',
    ],
  },
};

const GERMAN: Patterns = {
  slots: {
    zeit: ['# Wochen', '# Monaten', 'einem Jahr', 'ein paar Tagen', 'zwei Wintern', 'einem Sommer'],
    wo: [
      'im Alltag',
      'auf Reisen',
      'beim Sport',
      'im Büro',
      'bei Regen',
      'im Garten',
      'am Wochenende',
      'zu Hause',
    ],
    teil: [
      'Die Naht',
      'Der Stoff',
      'Das Futter',
      'Der Verschluss',
      'Die Farbe',
      'Die Sohle',
      'Der Gurt',
    ],
    gut: ['einwandfrei', 'sehr schön', 'überraschend gut', 'genau richtig', 'weich', 'tadellos'],
    schlecht: [
      'schief',
      'dünn',
      'enttäuschend',
      'kratzig',
      'billig verarbeitet',
      'schon abgenutzt',
    ],
    groesse: ['S', 'M', 'L', 'XL', '38', '40', '42', '44'],
    wer: ['Meine Frau', 'Mein Mann', 'Mein Sohn', 'Meine Tochter', 'Eine Freundin', 'Mein Bruder'],
  },
  titles: {
    happy: [
      '{teil} ist {gut}',
      'Auch nach {zeit} {gut}',
      'Perfekt {wo}',
      'Gerne wieder, {gut} {wo}',
    ],
    mixed: [
      'Ganz gut {wo}, aber {schlecht}',
      '{teil} ist {schlecht}',
      'Nach {zeit} nicht mehr {gut}',
    ],
    unhappy: [
      '{teil} ist {schlecht}',
      'Nach {zeit} kaputt',
      'Leider {schlecht}',
      'Unbrauchbar {wo}',
    ],
  },
  openers: {
    happy: [
      'Ich nutze es seit {zeit} {wo} und bin sehr zufrieden.',
      '{wer} hat es mir empfohlen, {wo} ist es {gut}.',
      '{teil} ist auch nach {zeit} {wo} noch {gut}.',
    ],
    mixed: [
      'Nach {zeit} {wo} bin ich mir nicht ganz sicher.',
      '{teil} ist {gut}, der Rest {wo} eher {schlecht}.',
      '{wer} mag es, mir ist es {wo} zu {schlecht}.',
    ],
    unhappy: [
      'Nach {zeit} {wo} ist leider Schluss: {schlecht}.',
      '{teil} war schon beim Auspacken {schlecht}, {wo} erst recht.',
      '{wer} hatte mich nach {zeit} gewarnt: {schlecht}.',
    ],
  },
  details: {
    happy: [
      'Größe {groesse} passt {wo} wie gewohnt. {wer} sieht das auch so.',
      'Nach # Wäschen ist alles noch {gut}.',
      '{teil} wirkt {gut} und hält {wo} gut durch.',
      'Die Lieferung kam nach # Tagen, die Verpackung war {gut}.',
    ],
    mixed: [
      'Größe {groesse} fällt {wo} etwas klein aus.',
      '{teil} ist nach # Wäschen {schlecht}.',
      'Auf dem Etikett steht "{groesse}", es ist aber eher "{groesse}".',
    ],
    unhappy: [
      'Bestellt hatte ich {groesse}, geliefert wurde nach # Tagen {groesse}.',
      '{teil} ist nach # Wäschen gerissen.',
      'Der Kundendienst hat sich erst nach {zeit} gemeldet.',
    ],
  },
  closers: {
    happy: ['Klare Empfehlung {wo}.', 'Nach {zeit} würde ich es wieder kaufen.'],
    mixed: ['Es reicht {wo}.', 'Drei Sterne nach {zeit}.'],
    unhappy: ['Nach {zeit} ging es zurück.', 'Nie wieder {wo}.'],
  },
};

const FRENCH: Patterns = {
  slots: {
    temps: ['# semaines', '# mois', 'un an', 'quelques jours', 'deux hivers', 'un été'],
    ou: [
      'au travail',
      'en voyage',
      'à la maison',
      'sous la pluie',
      'le week-end',
      'en randonnée',
      'au jardin',
    ],
    partie: ['la couture', 'la doublure', 'la fermeture', 'la semelle', 'la couleur', 'la matière'],
    bien: ['impeccable', 'très agréable', 'solide', 'superbe', 'parfaite', 'très soignée'],
    mal: ['décevante', 'fragile', 'mal finie', 'trop fine', 'déjà usée', 'rêche'],
    taille: ['S', 'M', 'L', 'XL', '36', '38', '40', '42'],
    qui: ['ma femme', 'mon mari', 'ma fille', 'mon fils', 'une amie', 'mon frère'],
  },
  titles: {
    happy: [
      '{partie} est {bien}',
      'Parfait {ou}',
      'Toujours ravie après {temps}',
      'Très content {ou}',
    ],
    mixed: [
      'Correct {ou}',
      '{partie} est {mal}',
      'Mitigé après {temps}',
      'Bien, mais {partie} est {mal}',
    ],
    unhappy: ['{partie} est {mal}', 'À éviter {ou}', 'Abîmé après {temps}', 'Déçue après {temps}'],
  },
  openers: {
    happy: [
      'Je le porte depuis {temps} {ou} et je ne le quitte plus.',
      '{partie} est {bien}, même après {temps} {ou}.',
      "{qui} me l'a conseillé, et {ou} c'est réussi.",
    ],
    mixed: [
      'Après {temps} {ou}, je reste partagé.',
      '{partie} est {bien}, mais le reste est moyen {ou}.',
      '{qui} aime bien, moi un peu moins après {temps}.',
    ],
    unhappy: [
      "Après {temps} {ou}, c'est une vraie déception.",
      "{partie} était {mal} dès l'ouverture du colis, pire {ou}.",
      "{qui} m'avait prévenu : {partie} est {mal}.",
    ],
  },
  details: {
    happy: [
      'La taille {taille} tombe bien, {qui} me le dit souvent.',
      'Lavé # fois, rien à signaler {ou}.',
      'Reçu en # jours, emballage soigné.',
      '{partie} reste {bien} {ou}.',
    ],
    mixed: [
      'La taille {taille} est un peu juste {ou}.',
      'Au bout de # lavages, {partie} paraît {mal}.',
      'L\'étiquette dit "{taille}", on dirait plutôt "{taille}".',
    ],
    unhappy: [
      "J'ai commandé du {taille} et reçu du {taille} après # jours.",
      'Au bout de # lavages, {partie} a lâché.',
      'Le service client a mis {temps} à répondre.',
    ],
  },
  closers: {
    happy: ['Je recommande {ou}.', 'Je le rachèterais après {temps}.'],
    mixed: ['Suffisant {ou}.', 'Trois étoiles après {temps}.'],
    unhappy: ['Renvoyé après {temps}.', 'Je ne recommande pas {ou}.'],
  },
};

const SPANISH: Patterns = {
  slots: {
    tiempo: ['# semanas', '# meses', 'un año', 'unos días', 'dos inviernos', 'un verano'],
    donde: [
      'en el trabajo',
      'de viaje',
      'en casa',
      'con lluvia',
      'los fines de semana',
      'en el jardín',
    ],
    parte: [
      'la costura',
      'la tela',
      'la suela',
      'la cremallera',
      'la correa',
      'el forro',
      'el color',
    ],
    bien: ['de maravilla', 'perfecto', 'muy bien', 'mejor de lo esperado', 'como nuevo'],
    mal: ['fatal', 'muy flojo', 'peor de lo esperado', 'regular', 'muy gastado'],
    talla: ['S', 'M', 'L', 'XL', '38', '40', '42', '44'],
    quien: ['mi mujer', 'mi marido', 'mi hija', 'mi hijo', 'una amiga', 'mi hermano'],
  },
  titles: {
    happy: [
      '{parte} va {bien}',
      'Ideal {donde}',
      'Después de {tiempo} sigue {bien}',
      'Muy contento {donde}',
    ],
    mixed: ['Correcto {donde}', '{parte} va {mal}', 'Ni fu ni fa tras {tiempo}'],
    unhappy: [
      '{parte} va {mal}',
      'Roto tras {tiempo}',
      'No sirve {donde}',
      'Decepción tras {tiempo}',
    ],
  },
  openers: {
    happy: [
      'Lo uso {donde} desde hace {tiempo} y va {bien}.',
      '{quien} me lo recomendó y {donde} funciona {bien}.',
      '{parte} aguanta {bien} tras {tiempo} {donde}.',
    ],
    mixed: [
      'Tras {tiempo} {donde} no lo tengo claro.',
      '{parte} va {bien}, el resto {donde} va {mal}.',
      'A {quien} le gusta; a mí, {donde}, no tanto.',
    ],
    unhappy: [
      'Tras {tiempo} {donde}, una decepción.',
      '{parte} llegó {mal} y {donde} va a peor.',
      '{quien} ya me avisó: {parte} va {mal}.',
    ],
  },
  details: {
    happy: [
      'La talla {talla} queda {bien}; {quien} opina igual.',
      'Después de # lavados sigue {bien}.',
      'Llegó en # días y {parte} venía {bien}.',
      '{parte} responde {bien} {donde}.',
    ],
    mixed: [
      'La talla {talla} queda algo justa {donde}.',
      'Tras # lavados {parte} va {mal}.',
      'La etiqueta dice "{talla}" y parece una "{talla}".',
    ],
    unhappy: [
      'Pedí una {talla} y a los # días llegó una {talla}.',
      'A los # lavados {parte} quedó {mal}.',
      'El servicio tardó {tiempo} en contestar.',
    ],
  },
  closers: {
    happy: ['Lo recomiendo {donde}.', 'Lo volvería a comprar tras {tiempo}.'],
    mixed: ['Para usarlo {donde}, vale.', 'Tres estrellas tras {tiempo}.'],
    unhappy: ['Lo devolví tras {tiempo}.', 'No lo recomiendo {donde}.'],
  },
};

export const MERCHANT_RESPONSES = [
  'Thank you for taking the time to write. We are glad it serves you well.',
  'We are sorry to hear that. Please write to us and we will send you another one.',
  'Thank you. We have passed your remark about the fit on to our workshop.',
  'That should not happen. Your refund is on its way.',
  'Thanks for the photo! It made our day.',
  'Thank you for the kind words. They were read aloud in the workshop this morning.',
];

export const FIRST_NAMES =
  'Ada Agnes Ahmed Aisha Alba Alex Amara Ana Anders Anna Antoine Arjun Astrid Ben Bianca Björn Carla Carlos Chen Chloé Clara Daan Daniel David Diego Elena Eli Elif Emma Erik Eva Fatima Felix Finn Freya Grace Greta Hana Hannah Hugo Ida Imani Ines Ingrid Isaac Ivan Jack James Jana Jonas José Julia Kai Karin Kofi Lars Laura Léa Leo Lina Lucía Luis Maja Malik Marco María Marta Max Maya Mei Mia Milan Mina Mohamed Nadia Naomi Nia Nina Noah Nora Olga Oliver Omar Oscar Paul Petra Priya Rafael Rosa Ruth Sam Sara Sofia Søren Stella Theo Tom Uma Vera Victor Yara Yusuf Zoë'.split(
    ' ',
  );
export const LAST_NAMES =
  'Abbott Adams Ali Almeida Andersen Baker Bauer Becker Bell Bennett Berg Bianchi Brown Carter Castro Chen Clark Cohen Cole Costa Cruz Dahl Davies Diaz Dubois Evans Fischer Ford Fox García Gray Green Gupta Haas Hall Hansen Hill Hoffman Hughes Ivanov Jensen Johnson Jones Kaya Keller Khan Kim King Klein Kowalski Kumar Lang Larsen Lee Lehmann Lewis Lopez Martin Meyer Moore Moreau Mori Müller Murphy Nguyen Novak Okafor Olsen Owens Patel Pérez Perry Petit Price Reed Reyes Ricci Rossi Roux Sato Schmidt Scott Shah Silva Singh Smith Stone Suzuki Tanaka Taylor Torres Turner Vega Visser Wagner Walker Ward Weber White Wilson Wolf Wood Wright Young Zhang'.split(
    ' ',
  );

/**
 * The languages, each with the share of the reviews that are written in it; `encode` prepares the
 * texts for the file.
 */
export function buildLanguages(
  encode: (text: string) => string,
): { share: number; language: Language }[] {
  return [
    {
      share: 0.85,
      language: build(
        ENGLISH,
        ['en-US', 'en-US', 'en-US', 'en-GB', 'en-CA', 'en-AU'],
        4096,
        encode,
      ),
    },
    { share: 0.06, language: build(GERMAN, ['de-DE', 'de-DE', 'de-AT', 'de-CH'], 1024, encode) },
    { share: 0.05, language: build(FRENCH, ['fr-FR', 'fr-FR', 'fr-CA', 'fr-BE'], 1024, encode) },
    { share: 0.04, language: build(SPANISH, ['es-ES', 'es-MX', 'es-US'], 1024, encode) },
  ];
}

function build(
  patterns: Patterns,
  locales: readonly string[],
  sizeMax: number,
  encode: (text: string) => string,
): Language {
  const vocabulary = (sentiment: Sentiment): Vocabulary => {
    const texts = (kind: readonly string[]) => expand(kind, patterns.slots, sizeMax).map(encode);
    return {
      titles: texts(patterns.titles[sentiment]),
      openers: texts(patterns.openers[sentiment]),
      details: texts(patterns.details[sentiment]),
      closers: texts(patterns.closers[sentiment]),
    };
  };
  return {
    locales,
    happy: vocabulary('happy'),
    mixed: vocabulary('mixed'),
    unhappy: vocabulary('unhappy'),
  };
}

/** Different texts of these patterns: `sizeMax`, or as many as twice that number of tries finds. */
function expand(patterns: readonly string[], slots: Patterns['slots'], sizeMax: number): string[] {
  const random = new SeededRandom();
  random.restart(1, 1);
  const pick = (from: readonly string[]) => from[random.below(from.length)]!;
  const texts = new Set<string>();
  for (let tries = 0; tries < 2 * sizeMax && texts.size < sizeMax; tries += 1) {
    const text = pick(patterns)
      .replace(/\{(\w+)\}/g, (_, slot: string) => pick(slots[slot]!))
      .replace(/#/g, () => `${2 + random.below(28)}`);
    texts.add(text[0]!.toUpperCase() + text.slice(1));
  }
  return [...texts];
}
