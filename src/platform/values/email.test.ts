import { canonicalEmail, storedEmailSpellings } from './email';

describe('an e-mail address', () => {
  it.each([
    [
      'ada@example.com',
      [' Ada@EXAMPLE.com\n', 'ADA@example.COM', 'ada@ｅｘａｍｐｌｅ。com', 'ada@exa\u00admple.com'],
    ],
    [
      'jürgen@xn--mller-kva.de',
      [
        'jürgen@müller.de',
        'JÜRGEN@MÜLLER.DE',
        'ju\u0308rgen@mu\u0308ller.de',
        'jürgen@XN--MLLER-KVA.de',
      ],
    ],
    ['user@example.xn--p1ai', ['user@example.рф', 'user@example.XN--P1AI', 'USER@EXAMPLE.РФ']],
    ['用户@xn--fsqu00a.xn--g6w251d', ['用户@例子.測試', '用户@例子。測試']],
    ["o'brien+shop@mail.example.co.uk", ["O'Brien+Shop@mail.example.co.uk"]],
    ['a..b@example.jp', ['a..b@example.jp']],
    ['a@xn--fa-hia.de', ['a@faß.de']],
  ])('is %s in each of its spellings', (canonical, spellings) => {
    for (const spelling of spellings)
      expect([spelling, canonicalEmail(spelling)]).toEqual([spelling, canonical]);
  });

  it.each([
    ['', 'ada', '@example.com', 'ada@', 'ada@example', 'a b@example.com', 'a@b@example.com'],
    [
      'a@exa mple.com',
      'a@-example.com',
      'a@example-.com',
      'a@example..com',
      'a@example.com.',
      'a@.example.com',
    ],
    [
      'a@127.0.0.1',
      'a@[127.0.0.1]',
      'a@[::1]',
      'a@127.1',
      'a@ex%61mple.com',
      'a@example.com/x',
      'a@example.c',
    ],
    [
      'a\u200b@example.com',
      'a\u202e@example.com',
      'a\0@example.com',
      'a\u0007@example.com',
      'a\u2800@example.com',
    ],
    [
      'a\u00a0b@example.com',
      'Ada <ada@example.com>',
      'a,b@example.com',
      '"a b"@example.com',
      'a@ex_ample.com',
    ],
    [
      `${'a'.repeat(250)}@example.com`,
      `a@${'é'.repeat(60)}.${'a'.repeat(200)}.com`,
      '\ud83d@example.com',
    ],
  ])('is none of %j, %j, %j …', (...texts) => {
    for (const text of texts) expect([text, canonicalEmail(text)]).toEqual([text, undefined]);
  });

  it('stays as it is once it is canonical', () => {
    for (const email of [
      'jürgen@müller.de',
      'İ@example.com',
      'ΣΟΦΙΑΣ@example.gr',
      'ﬁ@example.com',
      '\u212a@example.com',
    ]) {
      const canonical = canonicalEmail(email)!;
      expect(canonicalEmail(canonical)).toBe(canonical);
    }
  });

  it('is looked up in each spelling that an earlier version kept', () => {
    expect(storedEmailSpellings('Ada@Example.com')).toEqual(['ada@example.com']);
    for (const spelling of [
      'jürgen@müller.de',
      'JÜRGEN@XN--MLLER-KVA.DE',
      'ju\u0308rgen@mu\u0308ller.de',
    ]) {
      const spellings = storedEmailSpellings(spelling);
      expect(spellings[0]).toBe('jürgen@xn--mller-kva.de');
      expect(spellings).toEqual(
        expect.arrayContaining([
          'jürgen@müller.de',
          'ju\u0308rgen@mu\u0308ller.de',
          'ju\u0308rgen@müller.de',
        ]),
      );
      expect(spellings.length).toBeLessThanOrEqual(7);
    }
    expect(storedEmailSpellings('"A,b"@example.com')).toEqual(['"a,b"@example.com']);
    expect(storedEmailSpellings('nobody')).toEqual([]);
  });
});
