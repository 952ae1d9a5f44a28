import { failureLine } from './failure-line';
import { ArgumentError } from './refusal';

/** Runs a command of npm's and sets the exit code: 0, or 1 after one plain line. */
export function runCommand(name: string, main: () => Promise<void>): void {
  main().then(
    () => {},
    (error: unknown) => {
      const advice = error instanceof ArgumentError ? ` (${name} -- --help)` : '';
      process.stderr.write(`starling: ${failureLine(error)}${advice}\n`);
      process.exitCode = 1;
    },
  );
}
