import { type AssessedDraft, assess } from './moderation-policy';

const DRAFT: AssessedDraft = {
  title: 'Good shoes',
  body: 'They fit, and they are warm. 8.5/10, e.g. for walks.',
  author: { name: 'Ada' },
  locale: null,
};
const SLOW = { ofAuthor: 1, ofText: 1 };

describe('assessing a review', () => {
  it('approves what no check objects to, and says that all were asked', () => {
    expect(assess('auto', DRAFT, SLOW)).toEqual({
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
    const { state, verdict } = assess('auto', { ...DRAFT, body }, SLOW);
    expect({ state, links: verdict.links }).toEqual({ state: 'pending', links: ['body'] });
  });

  it.each([
    'It fits.The colour is fine.',
    'Use it on/off 24/7, e.g. at 8.5/10',
    'node.js book',
    'v1.2 is out...commendable',
  ])('takes no ordinary text for a link: %s', (body) =>
    expect(assess('auto', { ...DRAFT, body }, SLOW).verdict.links).toEqual([]),
  );

  it.each([
    ['title', { title: 'Bullshit' }, ['title']],
    ['body', { body: 'What a fucking mess' }, ['body']],
    ['author.name', { author: { name: 'sh1t' } }, ['author.name']],
    ['title and body', { title: 'Bullshit', body: 'What a fucking mess' }, ['title', 'body']],
    ['body in the language of the locale', { body: 'So eine Scheiße', locale: 'de-AT' }, ['body']],
  ])('holds back profanity in the %s', (_title, change, fields) => {
    const { state, verdict } = assess('auto', { ...DRAFT, ...change }, SLOW);
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
    expect(assess('auto', { ...DRAFT, body }, SLOW).state).toBe('approved'),
  );

  it('holds back the eleventh review of an author and the fourth copy of a text', () => {
    expect(assess('auto', DRAFT, { ofAuthor: 10, ofText: 3 }).state).toBe('approved');
    expect(assess('auto', DRAFT, { ofAuthor: 11, ofText: 4 })).toMatchObject({
      state: 'pending',
      verdict: { velocity: ['author', 'text'] },
    });
  });

  it('shows nothing unseen when the policy is manual, and still says what it found', () => {
    expect(assess('manual', DRAFT, SLOW).state).toBe('pending');
    expect(assess('manual', { ...DRAFT, title: 'Bullshit' }, SLOW).verdict).toMatchObject({
      policy: 'manual',
      profanity: ['title'],
    });
  });

  // Linear, they take some hundredths of a second of processor time together. Were one check quadratic, they would take minutes.
  it('takes no more than a little longer for a longer text that does its worst', () => {
    const before = process.cpuUsage();
    for (const piece of ['a.', 'www', 'http:/', 'fuc ', 'a-', '.com'])
      assess('auto', { ...DRAFT, body: piece.repeat(100_000).slice(0, 100_000) }, SLOW);
    expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
  });
});
