import { type AssessedDraft, assess } from './moderation-policy';

const DRAFT: AssessedDraft = {
  title: 'Good shoes',
  body: 'They fit, and they are warm. 8.5/10, e.g. for walks.',
  author: { name: 'Ada' },
  locale: null,
};

describe('assessing a review', () => {
  it('approves what no check objects to, and says that all were asked', () => {
    expect(assess('auto', DRAFT, [])).toEqual({
      state: 'approved',
      verdict: { policy: 'auto', links: [], profanity: [], velocity: [] },
    });
  });

  it.each([
    'see http://spam.example/buy',
    'see HTTPS://SPAM.EXAMPLE',
    'www.spam.example',
    'cheap at spam.com!',
    'spam.store/sale',
    'mail me: a@spam.net',
  ])('holds back a link: %s', (body) => {
    const { state, verdict } = assess('auto', { ...DRAFT, body }, []);
    expect({ state, links: verdict.links }).toEqual({ state: 'pending', links: ['body'] });
  });

  it.each([
    'It fits.The colour is fine.',
    'Use it on/off 24/7, e.g. at 8.5/10',
    'node.js book',
    'v1.2 is out...commendable',
  ])('takes no ordinary text for a link: %s', (body) =>
    expect(assess('auto', { ...DRAFT, body }, []).verdict.links).toEqual([]),
  );

  it.each([
    ['title', { title: 'Bullshit' }, ['title']],
    ['body', { body: 'What a fucking mess' }, ['body']],
    ['author.name', { author: { name: 'sh1t' } }, ['author.name']],
    ['title and body', { title: 'Bullshit', body: 'What a fucking mess' }, ['title', 'body']],
    ['body in the language of the locale', { body: 'So eine Scheiße', locale: 'de-AT' }, ['body']],
  ])('holds back profanity in the %s', (_title, change, fields) => {
    const { state, verdict } = assess('auto', { ...DRAFT, ...change }, []);
    expect({ state, profanity: verdict.profanity }).toEqual({ state: 'pending', profanity: fields });
  });

  it.each([
    'Scunthorpe',
    'a classic',
    'cocktail glass',
    'Dickens',
    'breast pump',
    'tennis balls',
    'butt joint',
  ])('lets shops talk about what they sell: %s', (body) =>
    expect(assess('auto', { ...DRAFT, body }, []).state).toBe('approved'),
  );

  it('holds back what exceeds a limit of velocity, and says which', () => {
    const exceeded = [
      { of: 'author', count: 11, limit: 10 },
      { of: 'network', count: 101, limit: 100 },
    ] as const;
    expect(assess('auto', DRAFT, exceeded)).toMatchObject({
      state: 'pending',
      verdict: { velocity: ['author', 'network'] },
    });
  });

  it('shows nothing unseen when the policy is manual, and still says what it found', () => {
    expect(assess('manual', DRAFT, []).state).toBe('pending');
    expect(assess('manual', { ...DRAFT, title: 'Bullshit' }, []).verdict).toMatchObject({
      policy: 'manual',
      profanity: ['title'],
    });
  });

  // Linear, they take some hundredths of a second of processor time together. Were one check quadratic, they would take minutes.
  it('takes no more than a little longer for a longer text that does its worst', () => {
    const before = process.cpuUsage();
    for (const piece of ['a.', 'www', 'http:/', 'fuc ', 'a-', '.com'])
      assess('auto', { ...DRAFT, body: piece.repeat(100_000).slice(0, 100_000) }, []);
    expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
  });
});
