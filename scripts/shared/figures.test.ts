import { alignColumns, count, duration } from './figures';

describe('figures for users', () => {
  it('writes counts and times in a short form', () => {
    expect([950, 12_345.6, 1_254_000, 30e6].map(count)).toEqual([
      '950',
      '12,346',
      '1.25 M',
      '30 M',
    ]);
    expect([8, 200, 3_900].map(duration)).toEqual(['8 s', '3 min 20 s', '1 h 5 min']);
  });

  it('aligns figures to the right and leaves no blanks at the end of a line', () => {
    expect(
      alignColumns([
        ['phase', 'rows', 'MB'],
        ['copy', '1,000', ''],
      ]),
    ).toEqual(['phase   rows  MB', 'copy   1,000']);
  });
});
