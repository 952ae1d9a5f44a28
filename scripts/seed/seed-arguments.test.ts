import { parseCount, parseSeedArguments } from './seed-arguments';

describe('seed arguments', () => {
  it.each([
    ['200k', 200_000],
    ['1M', 1_000_000],
    ['1.5m', 1_500_000],
    ['30_000_000', 30_000_000],
    ['7', 7],
  ])('reads %s as %d', (text, count) => {
    expect(parseCount('--reviews', text, 1e9)).toBe(count);
  });

  it.each(['', '0', '-1', '1.5', 'many', '3G', '1e6', '2B'])(
    'refuses %j as a count, and shows what is right',
    (text) => {
      expect(() => parseCount('--reviews', text, 1e9)).toThrow(
        /^--reviews must be .* such as 200k or 1M, not '.*'$/,
      );
    },
  );

  it('refuses options that contradict each other by name', () => {
    expect(() => parseSeedArguments(['--append', '--replace'])).toThrow(
      '--append and --replace do not go together',
    );
    expect(() => parseSeedArguments(['--from-csv', 'x', '--reviews', '1M'])).toThrow(
      '--from-csv and --reviews',
    );
  });

  it('refuses what it does not know in one line that says where the options are listed', () => {
    expect(() => parseSeedArguments(['--revews', '1M'])).toThrow(
      /^Unknown option '--revews' \(.*--help.*\)$/,
    );
  });

  it('keeps files that it did not write', () => {
    expect(parseSeedArguments(['--from-csv', 'x'])).toMatchObject({ source: 'csv', keepCsv: true });
    expect(parseSeedArguments([])).toMatchObject({ source: 'generate', keepCsv: false });
  });
});
