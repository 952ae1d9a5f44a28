import { hasVisibleText, unfitForLine, unfitForLines } from './visible-text';

describe('what can be seen', () => {
  it.each([
    ['spaces', ' \t\n\u00a0\u2003\u3000\u1680'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['the soft hyphen', '\u00ad'],
    ['the empty Braille pattern', '\u2800\u2800'],
    ['Hangul fillers', '\u3164\u115f\u1160\uffa0'],
    ['variation selectors', '\ufe0f\ufe0e\u{e0100}\u180b'],
    ['tags', '\u{e0001}\u{e0041}\u{e007f}'],
    ['combining marks alone', '\u0301\u0336\u20dd\u034f'],
    ['marks and controls of direction', '\u200e\u200f\u061c\u202a\u202c\u2066\u2069\u206a'],
    ['Khmer inherent vowels', '\u17b4\u17b5'],
    ['the Mongolian vowel separator', '\u180e'],
    ['invisible operators', '\u2061\u2062\u2063\u2064'],
    ['the null notehead', '\u{1d159}'],
    ['the object replacement character', '\ufffc'],
    ['interlinear annotations', '\ufff9\ufffa\ufffb'],
    ['noncharacters', '\ufdd0\ufffe\u{1ffff}'],
    ['shorthand and musical format controls', '\u{1bca0}\u{1d173}'],
    ['other controls', '\u0008\u007f\u0085\u2028\u2029'],
    ['nothing', ''],
  ])('is nothing of %s', (_kind, text) => expect(hasVisibleText(text)).toBe(false));

  it.each([
    'a',
    '5',
    '.',
    '👍',
    '👩‍🔧',
    '❤️',
    '☺',
    '1️⃣',
    '🇸🇪',
    '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    '好',
    'ก็',
    'किताब',
    'می‌خواهم',
    'שלום',
    '\u200bx\u200b',
    '\u2800ok',
    'e\u0301',
    '⠓⠊',
    '\ufffd',
    '∅',
    '\u{1f3fb}',
    '€',
  ])('is something of %j', (text) => expect(hasVisibleText(text)).toBe(true));
});

/** As people write: joiners and marks of a direction are part of their spelling. */
const ORDINARY = [
  'O’Brien-Smith, jr.',
  'محمد علي',
  'كتاب رائع جدا، وصل خلال ٣ أيام!',
  'می‌خواهم نمی‌شود',
  'דני כהן',
  'הספר (מהדורה 2) מצוין – 10/10.',
  'Python\u200e הספר',
  'شركة\u200f (ABC)\u200f ممتازة',
  '\u061cمقاس 42',
  'क्‍ष क्‌ष',
  'ശ്രീ‍',
  '👨‍👩‍👧‍👦 👍🏽 ❤️‍🔥',
  'co\u00adoperate',
  'ᠮᠣᠩᠭᠣᠯ\u180bᠠ',
];

describe('a line', () => {
  it.each(ORDINARY)('may be %j', (text) => expect(unfitForLine(text)).toBeNull());

  it.each([
    ['\u0008', 'U+0008'],
    ['\u001b[31m', 'U+001B'],
    ['\u007f', 'U+007F'],
    ['\u009b', 'U+009B'],
    ['\n', 'U+000A'],
    ['\t', 'U+0009'],
    ['\u202etxt.exe', 'U+202E'],
    ['\u202d', 'U+202D'],
    ['\u202aa\u202c', 'U+202A'],
    ['\u2067a\u2069', 'U+2067'],
    ['\u2069', 'U+2069'],
  ])('does not hold %j, and is told which character it is', (text, name) => {
    expect(unfitForLine(`Ada ${text} Lovelace`)).toBe(name);
  });
});

describe('text of several lines', () => {
  it.each([
    ...ORDINARY,
    'One.\n\n\tTwo.\r\nThree.',
    'התקשרו אל \u2068+1 555 0100\u2069 עכשיו',
    '\u202b(שלום)\u202c and \u202aABC 123\u202c',
    'مرحبا \u2067اسم \u2066ABC\u2069\u2069',
  ])('may be %j', (text) => expect(unfitForLines(text)).toBeNull());

  it.each([
    ['\u0008', 'U+0008'],
    ['\u000b', 'U+000B'],
    ['\u001b[31m', 'U+001B'],
    ['\u0080', 'U+0080'],
    ['\u202etxt\u202c', 'U+202E'],
    ['\u202dabc\u202c', 'U+202D'],
    ['\u2067never closed', 'U+2067'],
    ['\u2067closed in another line\n\u2069', 'U+2067'],
    ['\u2067closed by the wrong end\u202c', 'U+202C'],
    ['closes nothing\u2069', 'U+2069'],
    ['\u2066crossed \u202a so \u2069\u202c', 'U+2069'],
  ])('does not hold %j', (text, name) => expect(unfitForLines(`Ada ${text}`)).toBe(name));

  it('is read in one pass, however many isolates are opened', () => {
    expect(unfitForLines('\u2067'.repeat(5_000))).toBe('U+2067');
    expect(unfitForLines(`${'\u2067'.repeat(2_500)}${'\u2069'.repeat(2_500)}`)).toBeNull();
  });
});
