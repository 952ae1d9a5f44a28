import type * as typed from '@commander-js/extra-typings';
import * as commander from 'commander';
import { EXIT_USAGE, UserError } from './user-error';

/** commander with the types that infer each option's value; they exist at compile time only. */
export const { createOption } = commander as unknown as typeof typed;
const { Command } = commander as unknown as typeof typed;

export type Program = typed.Command;

interface HelpText {
  summary: string;
  /** Printed under the options, before the examples. */
  notes?: string;
  /** Command lines, each with what it does where the line does not say so itself. */
  examples: readonly string[];
}

/**
 * A command line to declare options and subcommands on. It never ends the process and prints
 * nothing but help: `parseProgram` turns its errors into one line.
 *
 * @param name what a user types before the arguments: `npm run seed --`
 */
export function createProgram(name: string, { summary, notes, examples }: HelpText): Program {
  return new Command(name)
    .description(summary)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', `\n${notes ? `${notes}\n\n` : ''}Examples:\n  ${examples.join('\n  ')}`);
}

/**
 * Reads the arguments and runs the action that they choose. `--help` prints the help to standard
 * output and runs nothing.
 *
 * @throws UserError of one line, with exit code 2, when an argument is wrong; nothing has run then.
 * Errors of the action pass through.
 */
export async function parseProgram(
  program: typed.CommandUnknownOpts,
  args: readonly string[],
): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof commander.CommanderError)) throw error;
    if (error.exitCode === 0) return; // it has printed its help
    throw new UserError(`${lineOf(error, program)} (${program.name()} --help)`, EXIT_USAGE);
  }
}

function lineOf(error: commander.CommanderError, program: typed.CommandUnknownOpts): string {
  if (error.code === 'commander.help')
    return `missing command: ${program.commands.map((command) => command.name()).join(', ')}`;
  return error.message
    .replace(/^error: (command-argument )?/, '')
    .replace(/\n\((Did you mean .*)\)$/, '. $1'); // a second line suggests what was meant
}
