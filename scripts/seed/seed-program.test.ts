import { parseProgram } from '../command/program';
import { createSeedProgram, type SeedArguments } from './seed-program';

async function parse(...args: string[]): Promise<SeedArguments> {
  let parsed: SeedArguments | undefined;
  await parseProgram(
    createSeedProgram(async (given) => {
      parsed = given;
    }),
    args,
  );
  return parsed!;
}

describe('the arguments of npm run seed', () => {
  it.each([
    ['200k', 200_000],
    ['1M', 1_000_000],
    ['1.5m', 1_500_000],
    ['30_000_000', 30_000_000],
    ['7', 7],
  ])('reads %s as %d', async (text, count) => {
    expect((await parse('--reviews', text)).reviews).toBe(count);
  });

  it.each(['', '0', '-1', '1.5', 'many', '3G', '1e6', '3B'])(
    'refuses %j as a count and says what it expected',
    async (text) => {
      await expect(parse('--reviews', text)).rejects.toThrow(
        `option '--reviews <number>' argument '${text}' is invalid. ` +
          'Expected a whole number from 1 to 2000000000, such as 200k or 1M. (npm run seed -- --help)',
      );
    },
  );

  it.each([
    [['--append', '--replace'], '--append', '--replace'],
    [['--csv-only', '--append'], '--csv-only', '--append'],
    [['--csv-only', '--replace'], '--csv-only', '--replace'],
    [['--csv-only', '--from-csv', 'x'], '--csv-only', '--from-csv <folder>'],
    [['--from-csv', 'x', '--append'], '--from-csv <folder>', '--append'],
    [['--from-csv', 'x', '--dir', 'y'], '--from-csv <folder>', '--dir <folder>'],
    [['--from-csv', 'x', '--reviews', '200k'], '--from-csv <folder>', '--reviews <number>'],
    [['--from-csv', 'x', '--seed', '1'], '--from-csv <folder>', '--seed <text>'],
    [['--from-csv', 'x', '--segment-rows', '1M'], '--from-csv <folder>', '--segment-rows <number>'],
    [['--quiet', '--json'], '--quiet', '--json'],
  ])('refuses %j, which contradict each other', async (args, one, other) => {
    await expect(parse(...args)).rejects.toThrow(
      `option '${one}' cannot be used with option '${other}' (npm run seed -- --help)`,
    );
  });

  it('keeps files that it did not write', async () => {
    expect(await parse('--from-csv', 'x')).toMatchObject({ source: 'csv', keepCsv: true });
    expect(await parse()).toMatchObject({ source: 'generate', keepCsv: false });
    expect(await parse('--keep-csv')).toMatchObject({ keepCsv: true });
  });

  it('loads 200,000 reviews in segments of a million rows by default', async () => {
    expect(await parse()).toMatchObject({
      reviews: 200_000,
      seed: '1',
      segmentRows: 1_000_000,
      dir: undefined,
      mode: 'empty',
      csvOnly: false,
      output: 'display',
    });
  });
});
