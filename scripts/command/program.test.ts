import { count } from './option-values';
import { createOption, createProgram, parseProgram } from './program';

/** Two subcommands and an option of each kind. */
function makeProgram() {
  const ran: unknown[] = [];
  const program = createProgram('npm run tea --', { summary: 'Makes tea.', examples: ['tea'] });
  program
    .command('brew')
    .option('--minutes <number>', 'how long', count(10), 3)
    .addOption(createOption('--milk', 'with milk').conflicts('lemon'))
    .option('--lemon', 'with lemon')
    .action((options) => void ran.push(options));
  program.command('pour').action(async () => {
    throw new TypeError('no cup');
  });
  return { program, ran };
}

describe('a program', () => {
  it('gives its action the values that it has read', async () => {
    const { program, ran } = makeProgram();
    await parseProgram(program, ['brew', '--minutes', '5', '--milk']);
    expect(ran).toEqual([{ minutes: 5, milk: true }]);
  });

  it.each([
    [[], 'missing command: brew, pour'],
    [['brw'], "unknown command 'brw'. Did you mean brew?"],
    [['brew', '--milq'], "unknown option '--milq'. Did you mean --milk?"],
    [['brew', '--minutes'], "option '--minutes <number>' argument missing"],
    [
      ['brew', '--minutes', '11'],
      "option '--minutes <number>' argument '11' is invalid. Expected a whole number from 1 to 10.",
    ],
    [['brew', '--lemon', '--milk'], "option '--milk' cannot be used with option '--lemon'"],
    [['brew', 'green'], "too many arguments for 'brew'. Expected 0 arguments but got 1."],
  ])('refuses %j in one line, with exit code 2, and runs nothing', async (args, line) => {
    const { program, ran } = makeProgram();
    await expect(parseProgram(program, args)).rejects.toMatchObject({
      message: `${line} (npm run tea -- --help)`,
      exitCode: 2,
    });
    expect(ran).toEqual([]);
  });

  it('passes the error of an action on', async () => {
    await expect(parseProgram(makeProgram().program, ['pour'])).rejects.toThrow(
      new TypeError('no cup'),
    );
  });
});
