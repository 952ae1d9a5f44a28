import { parseArgs } from 'node:util';
import { ArgumentError, argumentMistake } from '../command/refusal';

export const RULES_HELP = `Shows, checks, publishes and rolls back the rules of throttling (docs/throttling.md).

  npm run -s rules -- show [VERSION]      the rules in force, or those of a version, as JSON
  npm run -s rules -- versions            the latest twenty versions, newest first
  npm run rules -- check FILE             says what is wrong with a file, if anything; publishes nothing
  npm run rules -- publish FILE           checks it and puts it in force; every instance has it within three seconds
  npm run rules -- rollback [VERSION]     publishes an older version again; without one, the one before,
                                          or the defaults when there is none

A rule set that does not pass the check is never published. The database is DATABASE_URL; without it, the embedded
PostgreSQL that npm start uses.

  npm run -s rules -- show > rules.json
  npm run rules -- publish rules.json
`;

export type RulesCommand =
  | { kind: 'help' }
  | { kind: 'show'; version: number | null }
  | { kind: 'versions' }
  | { kind: 'check'; file: string }
  | { kind: 'publish'; file: string }
  | { kind: 'rollback'; version: number | null };

/** @throws ArgumentError saying what would be right */
export function parseRulesArguments(args: string[]): RulesCommand {
  const { help, positionals } = parseOptions(args);
  const [kind, operand, ...rest] = positionals;
  if (help || kind === undefined) return { kind: 'help' };
  if (rest.length > 0) throw new ArgumentError(`${kind} takes one operand`);
  switch (kind) {
    case 'versions':
      if (operand !== undefined) throw new ArgumentError('versions takes no operand');
      return { kind };
    case 'check':
    case 'publish':
      if (operand === undefined) throw new ArgumentError(`${kind} needs a file`);
      return { kind, file: operand };
    case 'show':
    case 'rollback':
      return { kind, version: operand === undefined ? null : parseVersion(operand) };
    default:
      throw new ArgumentError(
        `there is no command '${kind}': show, versions, check, publish or rollback`,
      );
  }
}

function parseOptions(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    return { help: values.help ?? false, positionals };
  } catch (error) {
    throw new ArgumentError(argumentMistake(error));
  }
}

function parseVersion(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new ArgumentError(`'${text}' is no version`);
  return Number(text);
}
