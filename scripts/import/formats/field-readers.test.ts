import { readOptionalBoolean, readPhotoUrl, readTime } from './field-readers';

const NOW = Date.UTC(2026, 0, 1);

describe('fields of an export', () => {
  it.each([
    ['1596080481467', '2020-07-30T03:41:21.467Z'],
    ['2019-04-14', '2019-04-14T00:00:00.000Z'],
    ['2019-04-14 10:30', '2019-04-14T10:30:00.000Z'],
    ['2019-04-14T10:30:15.5+02:00', '2019-04-14T08:30:15.500Z'],
    ['2019-04-14 10:30:00 +0200', '2019-04-14T08:30:00.000Z'],
    ['2019-04-14 10:30:00 UTC', '2019-04-14T10:30:00.000Z'],
  ])('read the time %s', (text, time) => {
    expect(readTime('date', text, NOW)).toBe(time);
  });

  it.each([
    '',
    '03/04/2024',
    '2019-02-31',
    '2019-13-01',
    '15960804',
    '2031-01-01',
    '1969-01-01',
    'now',
  ])('refuse %j as a time rather than guess', (text) => {
    expect(() => readTime('date', text, NOW)).toThrow(/^date must be/);
  });

  it('take the address of a photo in the spelling that the API keeps', () => {
    expect(readPhotoUrl('url', ' https:cdn.example.com/a b.jpg ')).toBe(
      'https://cdn.example.com/a%20b.jpg',
    );
    for (const text of [
      '',
      'http://cdn.example.com/a.jpg',
      `https://cdn.example.com/${'x'.repeat(2_048)}`,
    ])
      expect(() => readPhotoUrl('url', text)).toThrow(/^url must be an https URL/);
  });

  it('tell what is absent from what is false', () => {
    expect(
      ['true', '0', 'null', '', undefined].map((text) => readOptionalBoolean('x', text)),
    ).toEqual([true, false, null, null, null]);
    expect(() => readOptionalBoolean('x', 'maybe')).toThrow("x must be true or false, not 'maybe'");
  });
});
