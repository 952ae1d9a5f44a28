import { renderVerdict } from './stored-verdict';

const unknown = { words: [], start: null, end: null, count: null, limit: null };

describe('a stored verdict', () => {
  it('is answered as it was stored', () => {
    const stored = '{"policy": "auto", "findings": [{"rule": "link"}], "same_author": true}';
    expect(renderVerdict(stored)).toBe(stored);
    expect(renderVerdict(null)).toBe('null');
  });

  it('of the older form says rule and field, and keeps what else was noted', () => {
    const stored = JSON.stringify({
      policy: 'manual',
      links: ['body'],
      profanity: ['title', 'author.name'],
      velocity: ['author', 'text'],
      same_author: true,
    });
    expect(JSON.parse(renderVerdict(stored))).toEqual({
      policy: 'manual',
      same_author: true,
      findings: [
        { ...unknown, rule: 'author_velocity', field: null },
        { ...unknown, rule: 'copy', field: 'body' },
        { ...unknown, rule: 'link', field: 'body' },
        { ...unknown, rule: 'profanity', field: 'title' },
        { ...unknown, rule: 'profanity', field: 'author.name' },
      ],
    });
  });
});
