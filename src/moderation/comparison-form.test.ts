import { comparisonForm } from './comparison-form';

describe('the comparison form of a text', () => {
  it.each([
    ['case', 'GREAT Shoes'],
    ['spaces and line breaks', '  great \n\t shoes\u00a0'],
    ['full-width letters', 'ｇｒｅａｔ　ｓｈｏｅｓ'],
    ['Cyrillic look-alikes', 'grеаt shоеs'],
    ['Cyrillic capitals', 'GREАТ SНОES'],
    ['Greek look-alikes', 'great shοes'],
    ['mathematical letters', '𝓰𝓻𝓮𝓪𝓽 𝐬𝐡𝐨𝐞𝐬'],
    ['boxed letters', '🅖🅡🅔🅐🅣 🆂🅷🅾🅴🆂'],
    ['small capitals', 'ɢʀᴇᴀᴛ ꜱʜᴏᴇꜱ'],
    ['accents', 'gréät shôés'],
    ['combining marks', 'g̶r̶e̶a̶t̶ s̷h̷o̷e̷s̷'],
    ['zero-width characters', 'gr\u200beat sh\u2060oe\u00ads\ufe0f'],
    ['tags and Hangul fillers', 'great\u{e0041} sh\u3164oes'],
    ['the Braille blank', 'great\u2800shoes'],
  ])('is the same for texts that differ only in %s', (_kind, text) =>
    expect(comparisonForm(text)).toBe('great shoes'),
  );

  it('differs for texts that look different', () => {
    const texts = [
      'great shoes',
      'great shoe',
      'grand shoes',
      'great5 shoes',
      'great, shoes',
      '',
      'отлично',
      'отлична',
    ];
    expect(new Set(texts.map(comparisonForm)).size).toBe(texts.length);
  });

  it('is the same for Cyrillic and Greek texts that differ only in case, and for Arabic with and without marks', () => {
    expect(comparisonForm('ВКУСНО И ПРОСТО')).toBe(comparisonForm('вкусно и просто'));
    expect(comparisonForm('ΠΟΛΎ ΚΑΛΌ')).toBe(comparisonForm('πολύ καλό'));
    expect(comparisonForm('مُمْتَاز')).toBe(comparisonForm('ممتاز'));
  });

  it('accepts every code point of the first two planes and expands none to more than 18 code units', () => {
    for (let codePoint = 0; codePoint < 0x20000; codePoint += 1) {
      const { length } = comparisonForm(`a${String.fromCodePoint(codePoint)}b`);
      if (length > 20) throw new Error(`${codePoint.toString(16)} gives ${length}`);
    }
  });
});
