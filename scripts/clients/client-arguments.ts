import { parseArgs } from 'node:util';
import { SCOPES, type Scope } from '../../src/platform/http/principal';
import { ArgumentError, argumentMistake } from '../command/refusal';

export const CLIENT_HELP = `Makes, lists, rotates and revokes the keys of API clients.

  npm run client -- create NAME --scopes SCOPE,…    a client and its first key
  npm run client -- list [--json]                   clients, scopes, and the ids of their live keys
  npm run client -- rotate NAME                     another key; the one in use stays live until it is revoked
  npm run client -- revoke NAME [--key ID]          one key, or all; every instance refuses it within three seconds

NAME is 1–64 of a-z 0-9 . _ -, and begins with a letter or digit. A client has at most two live keys.
A key is printed once, alone on standard output; what is stored is its hash. Scopes, none of which implies another:

  read        reads with quotas of the client's own
  write       may mark reviews as verified
  moderate    the moderation queue, decisions, merchant responses
  admin       export and erasure of personal data
  metrics     GET /metrics of an instance

The database is DATABASE_URL; without it, the embedded PostgreSQL that npm start uses.

  npm run client -- create back-office --scopes moderate,write
  KEY=$(npm run -s client -- rotate back-office)
  npm run client -- revoke back-office --key 0123456789abcdef
`;

export type ClientCommand =
  | { kind: 'help' }
  | { kind: 'create'; clientId: string; scopes: Scope[] }
  | { kind: 'list'; asJson: boolean }
  | { kind: 'rotate'; clientId: string }
  | { kind: 'revoke'; clientId: string; keyId: string | null };

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const KEY_ID = /^[0-9a-f]{16}$/;

/** @throws ArgumentError saying what would be right */
export function parseClientArguments(args: string[]): ClientCommand {
  const { values, positionals } = parseOptions(args);
  const [kind, name, ...rest] = positionals;
  if (values.help || kind === undefined) return { kind: 'help' };
  if (kind === 'list') {
    refuse(name !== undefined, 'list takes no name');
    return { kind, asJson: values.json ?? false };
  }
  if (kind !== 'create' && kind !== 'rotate' && kind !== 'revoke')
    throw new ArgumentError(`there is no command '${kind}': create, list, rotate or revoke`);
  refuse(name === undefined, `${kind} needs the client's name`);
  refuse(!NAME.test(name!), 'a name is 1–64 of a-z 0-9 . _ -, and begins with a letter or digit');
  refuse(
    rest.length > 0,
    `${kind} takes one name, and scopes are separated by commas without spaces`,
  );
  refuse(values.key !== undefined && kind !== 'revoke', `--key does not go with ${kind}`);
  refuse(values.scopes !== undefined && kind !== 'create', `--scopes does not go with ${kind}`);
  if (kind === 'rotate') return { kind, clientId: name! };
  if (kind === 'create') return { kind, clientId: name!, scopes: parseScopes(values.scopes) };
  refuse(
    values.key !== undefined && !KEY_ID.test(values.key),
    '--key is the id of a key, as list shows it',
  );
  return { kind, clientId: name!, keyId: values.key ?? null };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        scopes: { type: 'string' },
        key: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ArgumentError(argumentMistake(error));
  }
}

function parseScopes(text: string | undefined): Scope[] {
  const names = [...new Set((text ?? '').split(',').filter(Boolean))];
  const unknown = names.find((name) => !SCOPES.includes(name as Scope));
  refuse(unknown !== undefined, `there is no scope '${unknown}': ${SCOPES.join(', ')}`);
  refuse(names.length === 0, `create needs --scopes: one or more of ${SCOPES.join(',')}`);
  return names as Scope[];
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) throw new ArgumentError(message);
}
