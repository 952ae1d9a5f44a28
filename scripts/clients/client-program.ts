import { SCOPES, type Scope } from '../../src/platform/http/principal';
import { namesOf, textLike } from '../command/option-values';
import { createProgram } from '../command/program';

/** What each subcommand does. */
export interface ClientActions {
  create(clientId: string, scopes: Scope[]): Promise<void>;
  list(asJson: boolean): Promise<void>;
  rotate(clientId: string): Promise<void>;
  /** @param keyId undefined: all keys of the client */
  revoke(clientId: string, keyId: string | undefined): Promise<void>;
}

const clientName = textLike(
  /^[a-z0-9][a-z0-9._-]{0,63}$/,
  '1 to 64 of a-z 0-9 . _ -, with a letter or digit first',
);
const keyIdOfList = textLike(/^[0-9a-f]{16}$/, 'the id of a key, as list shows it');

const SCOPE_NOTES = `A client has at most two live keys. The command prints a key once, alone on standard output; the
database stores only its hash. No scope includes another:

  read        reads with the client's own quotas
  write       may mark reviews as verified
  moderate    the moderation queue, decisions, merchant responses
  admin       export and erasure of personal data
  metrics     GET /metrics of an instance

The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.`;

/** The command line of `npm run client`. */
export function createClientProgram({ create, list, rotate, revoke }: ClientActions) {
  const program = createProgram('npm run client --', {
    summary: 'Creates API clients, and lists, rotates and revokes their keys.',
    notes: SCOPE_NOTES,
    examples: [
      'npm run client -- create back-office --scopes moderate,write',
      'KEY=$(npm run -s client -- rotate back-office)',
      'npm run client -- revoke back-office --key 0123456789abcdef',
    ],
  });
  program
    .command('create')
    .description('create a client and its first key')
    .argument('<name>', 'name of the client', clientName)
    .requiredOption('--scopes <scopes>', `some of ${SCOPES.join(',')}`, namesOf(SCOPES))
    .action((name, { scopes }) => create(name, scopes));
  program
    .command('list')
    .description('list clients, their scopes and the ids of their live keys')
    .option('--json', 'print JSON')
    .action(({ json }) => list(json ?? false));
  program
    .command('rotate')
    .description('create another key; the old one stays live until you revoke it')
    .argument('<name>', 'name of the client', clientName)
    .action((name) => rotate(name));
  program
    .command('revoke')
    .description('revoke one key or all; every instance rejects it within three seconds')
    .argument('<name>', 'name of the client', clientName)
    .option('--key <id>', 'revoke only this key', keyIdOfList)
    .action((name, { key }) => revoke(name, key));
  return program;
}
