import { canonicalLanguageTag, countryLanguageTag } from './language-tag';

describe('a language tag', () => {
  it.each([
    ['en', ['EN', ' en ', 'en.UTF-8']],
    ['en-US', ['en_US', 'EN-us', 'en_US.UTF-8', 'en_US.utf8']],
    ['de-DE', ['de_DE@euro', 'de-de', 'de_DE.ISO-8859-15@euro']],
    ['en-GB', ['en_UK', 'en-UK']],
    ['pt-BR', ['pt-br', 'pt_BR']],
    ['zh-Hant-TW', ['zh_hant_tw', 'zh-Hant-tw', 'zh-cmn-Hant-TW']],
    ['he', ['iw', 'IW']],
    ['id', ['in']],
    ['zh', ['zh-cmn', 'cmn', 'zh-guoyu']],
    ['zh-Hans', ['zh-cmn-Hans', 'cmn-Hans']],
    ['yue-HK', ['zh-yue-HK', 'zh_yue_HK']],
    ['nan', ['zh-min-nan']],
    ['sr-Latn', ['sh']],
    ['ro', ['mo']],
    ['tlh', ['i-klingon', 'I-KLINGON']],
    ['en-GB-oxendict', ['en-GB-oed', 'en_gb_oed']],
    ['und-RS', ['und-YU']],
  ])('is %s in each of its spellings', (canonical, spellings) => {
    for (const spelling of [canonical, ...spellings])
      expect([spelling, canonicalLanguageTag(spelling)]).toEqual([spelling, canonical]);
  });

  it.each([
    '',
    '!',
    'e',
    'english language',
    'en-',
    '-en',
    'en--US',
    'en US',
    'x-private',
    `en-${'a'.repeat(8)}-`.repeat(4),
    'de;q=0.8',
    'en\0',
  ])('is none: %j', (text) => {
    expect(canonicalLanguageTag(text)).toBeUndefined();
  });

  it('of a country alone says that the language is not known', () => {
    const tags = ['uk', 'GB', ' de ', 'Su', 'XK'].map(countryLanguageTag);
    expect(tags).toEqual(['und-GB', 'und-GB', 'und-DE', 'und-RU', 'und-XK']);
    for (const text of ['', 'd', 'deu', 'Germany', '12'])
      expect(countryLanguageTag(text)).toBeUndefined();
  });
});
