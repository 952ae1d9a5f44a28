import { type AssessedDraft, assess, type Finding } from './moderation-policy';

const DRAFT: AssessedDraft = {
  title: 'Good shoes',
  body: 'They fit, and they are warm. 8.5/10, e.g. for walks.',
  author: { name: 'Ada' },
  locale: null,
};
const inBody = (body: string, locale: string | null = null) =>
  assess('auto', { ...DRAFT, body, locale }, []);
const found = (rule: Finding['rule'], field: Finding['field'], words: string, start: number) => ({
  rule,
  field,
  words: [words],
  start,
  end: start + words.length,
  count: null,
  limit: null,
});

describe('assessing a review', () => {
  it('approves a review in which no check finds anything', () => {
    expect(assess('auto', DRAFT, [])).toMatchObject({
      state: 'approved',
      verdict: { policy: 'auto', findings: [] },
    });
  });

  it.each([
    ['see http://spam.example/buy', 'http://spam.example/buy'],
    ['at evil.de, and more', 'evil.de'],
    ['cheap at evil.shop/sale?x=1 now', 'evil.shop/sale?x=1'],
    ['write to a@evil.shop!', 'a@evil.shop'],
    ['at \u0435v\u200bil.shop', '\u0435v\u200bil.shop'],
    ['👍 at ｅｖｉｌ．ｓｈｏｐ', 'ｅｖｉｌ．ｓｈｏｐ'],
  ])('reports the link and its place in the original text: %s', (body, words) => {
    expect(inBody(body)).toMatchObject({
      state: 'pending',
      verdict: { policy: 'auto', findings: [found('link', 'body', words, body.indexOf(words))] },
    });
  });

  it.each([
    ['What a fucking mess', null, 'fucking'],
    ['an absolute clusterfuck!', 'en', 'clusterfuck'],
    ['👍 so eine SCHEI\u00dfE', 'de-AT', 'SCHEI\u00dfE'],
    ['just f.u.c.k it', 'en', 'f.u.c.k'],
    ['it is sh1t.', 'en', 'sh1t'],
    ['it is shitt.', 'en', 'shitt'],
    ['this is 𝓼𝓱𝓲𝓽', 'en', '𝓼𝓱𝓲𝓽'],
    ['all f\u200bu\u200bck', 'fr', 'f\u200bu\u200bck'],
  ])(
    'reports the profane words and their place in the original text: %s',
    (body, locale, words) => {
      const { state, verdict } = inBody(body, locale);
      expect(state).toBe('pending');
      expect(verdict.findings).toEqual([found('profanity', 'body', words, body.indexOf(words))]);
    },
  );

  it('reports the field of each finding, title first', () => {
    const draft = { ...DRAFT, title: 'Bullshit', body: 'see evil.de', author: { name: 'Sh1t' } };
    expect(assess('auto', draft, []).verdict.findings).toEqual([
      found('profanity', 'title', 'Bullshit', 0),
      found('link', 'body', 'evil.de', 4),
      found('profanity', 'author.name', 'Sh1t', 0),
    ]);
  });

  it.each([
    ['Dick', 'en'],
    ['Brian Cox', 'en'],
    ['Herr Fick', 'de'],
    ['Wichser', 'de'],
    ['Kike Sarasola', 'es'],
    ['Phuc Nguyen', null],
    ['Lucie Fučková', null],
    ['Argel Fucks', 'pt'],
    ['J.R.R. Tolkien', 'en'],
    ['A. de Vries', 'nl'],
  ])('accepts a real name that is a profane word elsewhere: %s', (name, locale) => {
    expect(assess('auto', { ...DRAFT, author: { name }, locale }, []).verdict.findings).toEqual([]);
  });

  it('finds a word that is ordinary in another language only in reviews of its own locale', () => {
    for (const [body, own, other] of [
      ['der Dick ist slut', 'en', 'de'],
      ['sale pute', 'fr', 'fr'],
      ['la pute est bonne', 'fr', 'de'],
      ['il est en retard', 'en', 'fr'],
      ['krijg een kut dag', 'nl', 'en'],
    ] as const) {
      expect([body, inBody(body, own).state]).toEqual([body, 'pending']);
      if (own !== other) expect([body, inBody(body, other).state]).toEqual([body, 'approved']);
      if (own !== other) expect([body, inBody(body).state]).toEqual([body, 'approved']);
    }
  });

  it('treats a locale whose language has no word list as no locale', () => {
    expect(inBody('what a fucking mess', 'ja').state).toBe('pending');
    expect(inBody('slut', 'sv').state).toBe('approved');
  });

  it('says when only the number of reviews by its author holds a review back', () => {
    const author = { of: 'author', count: 11, limit: 10 } as const;
    const held = (...given: Parameters<typeof assess>) => assess(...given).isHeldByAuthorAlone;
    expect(held('auto', DRAFT, [author])).toBe(true);
    expect(held('auto', DRAFT, [])).toBe(false);
    expect(held('manual', DRAFT, [author])).toBe(false);
    expect(held('auto', { ...DRAFT, body: 'see evil.de' }, [author])).toBe(false);
    expect(held('auto', DRAFT, [author, { of: 'text', count: 4, limit: 3 }])).toBe(false);
  });

  it('holds back a review that exceeds a limit, and reports the count and the limit', () => {
    const nowhere = { field: null, words: [], start: null, end: null };
    expect(
      assess('auto', DRAFT, [
        { of: 'author', count: 11, limit: 10 },
        { of: 'text', count: 4, limit: 3 },
        { of: 'network', count: 101, limit: 100 },
      ]),
    ).toMatchObject({
      state: 'pending',
      verdict: {
        policy: 'auto',
        findings: [
          { ...nowhere, rule: 'author_velocity', count: 11, limit: 10 },
          { ...nowhere, rule: 'copy', field: 'body', count: 4, limit: 3 },
          { ...nowhere, rule: 'network_velocity', count: 101, limit: 100 },
        ],
      },
    });
  });

  it('holds back every review when the policy is manual, and still reports findings', () => {
    expect(assess('manual', DRAFT, []).state).toBe('pending');
    expect(assess('manual', { ...DRAFT, title: 'Bullshit' }, []).verdict).toEqual({
      policy: 'manual',
      findings: [found('profanity', 'title', 'Bullshit', 0)],
    });
  });

  it('keeps at most 20 findings of at most 100 characters, and cuts no character in half', () => {
    const { findings } = inBody(
      `http://evil.example/${'x'.repeat(79)}😀😀 ${'fuck '.repeat(500)}`,
    ).verdict;
    expect(findings).toHaveLength(20);
    expect(findings[0]!.words[0]).toBe(`http://evil.example/${'x'.repeat(79)}`);
    for (const { words } of findings) expect(words[0]!.isWellFormed()).toBe(true);
  });

  // All texts together take about a second of processor time. If one check were quadratic, they
  // would take minutes.
  it('takes linear time for the worst texts', () => {
    const pieces = [
      'a.',
      'www',
      'http:/',
      'h t t p',
      'fuc ',
      'f*',
      'f********* ',
      'a-',
      '.com',
      'a@',
      '+1 ',
      '1.',
      'ass',
    ];
    const stretched = [
      'f',
      'fu',
      's',
      'shi',
      'f.',
      'f u c ',
      'f-',
      'sc',
      'sche1',
      '(dot)',
      'a [.] ',
      ' dot ',
      '%2e',
      '&#46;',
    ];
    const before = process.cpuUsage();
    for (const piece of [
      ...pieces,
      ...stretched,
      'a\u0301',
      '\u200b',
      '𝓯',
      'с',
      '🅵',
      '* ',
      '!',
      '$',
      '1',
      '\n',
    ])
      for (const locale of [null, 'en', 'nl'])
        inBody(piece.repeat(20_000).slice(0, 20_000), locale);
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
  });
});
