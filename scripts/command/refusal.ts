/**
 * A mistake of the user's, or something on this machine that the user can mend: its message, one
 * line, is all there is to print.
 */
export class Refusal extends Error {}

/** The user stopped the command: it exits with 130, as a shell says of an interrupted program. */
export class Interruption extends Refusal {}

/** An argument that a command does not take: `runCommand` adds where the right ones are listed. */
export class ArgumentError extends Refusal {}

/** What `parseArgs` of Node says, without its advice, which spans lines. */
export function argumentMistake(error: unknown): string {
  return (error as Error).message.split(/\. |\.?\n/)[0]!;
}
