import { createSubmissionVelocity } from './submission-velocity';

const LONG = 'The same praise, word for word. '.repeat(5);
const by = (email: string, body = 'Good') => ({ body, author: { email } });

describe('the velocity of submissions', () => {
  it('counts each author apart', () => {
    const velocity = createSubmissionVelocity();
    velocity.count(by('a@example.com'));
    expect(velocity.count(by('a@example.com')).ofAuthor).toBe(2);
    expect(velocity.count(by('b@example.com')).ofAuthor).toBe(1);
  });

  it('counts copies of a long text whoever sends them, and leaves "Good" alone', () => {
    const velocity = createSubmissionVelocity();
    velocity.count(by('a@example.com', LONG));
    expect(velocity.count(by('b@example.com', LONG)).ofText).toBe(2);
    velocity.count(by('c@example.com'));
    expect(velocity.count(by('d@example.com')).ofText).toBe(1);
  });

  it('holds no more names than its bound, and goes on counting', () => {
    const velocity = createSubmissionVelocity(100);
    for (let i = 0; i < 1_000; i += 1) velocity.count(by(`${i}@example.com`));
    velocity.count(by('a@example.com'));
    expect(velocity.count(by('a@example.com')).ofAuthor).toBe(2);
  });
});

describe('with a clock that runs', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('forgets after ten minutes', () => {
    const velocity = createSubmissionVelocity();
    velocity.count(by('a@example.com'));
    jest.advanceTimersByTime(599_000);
    expect(velocity.count(by('a@example.com')).ofAuthor).toBe(2);
    jest.advanceTimersByTime(2_000);
    expect(velocity.count(by('a@example.com')).ofAuthor).toBe(1);
  });
});
