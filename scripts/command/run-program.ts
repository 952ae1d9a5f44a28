import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { failureLine } from './failure-line';
import { parseProgram } from './program';
import { UserError } from './user-error';

/**
 * Runs an npm command with the arguments of this process and sets the exit code: 0 when it is done
 * or has printed its help, 2 when an argument is wrong, 130 when the user stopped it, else 1. Each
 * failure is one line on standard error.
 */
export async function runProgram(program: CommandUnknownOpts): Promise<void> {
  try {
    await parseProgram(program, process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`starling: ${failureLine(error)}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  }
}
