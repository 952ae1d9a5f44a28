import { renderVerdict } from './stored-verdict';

const unknown = { words: [], start: null, end: null, count: null, limit: null };

describe('a stored verdict', () => {
  it('is returned unchanged in its current form', () => {
    const stored = '{"policy": "auto", "findings": [{"rule": "link"}], "same_author": true}';
    expect(renderVerdict(stored)).toBe(stored);
    expect(renderVerdict(null)).toBe('null');
  });

  it('in the older form is translated to rule and field, and keeps its other members', () => {
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
