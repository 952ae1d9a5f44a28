import { failureLine } from './failure-line';
import { ArgumentError, Interruption } from './refusal';

/**
 * Runs an npm command and sets the exit code: 0, 1 after one plain line, or 130 when it was
 * interrupted.
 */
export function runCommand(name: string, main: () => Promise<void>): void {
  main().then(
    () => {},
    (error: unknown) => {
      const advice = error instanceof ArgumentError ? ` (${name} -- --help)` : '';
      process.stderr.write(`starling: ${failureLine(error)}${advice}\n`);
      process.exitCode = error instanceof Interruption ? 130 : 1;
    },
  );
}
