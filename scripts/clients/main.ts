import { Client } from 'pg';
import { createClientKeys } from '../../src/clients/client-key';
import type { ListedClient } from '../../src/clients/client-repository';
import { type ClientRegister, createClientRegister } from '../../src/clients/client-service';
import { migrate } from '../../src/platform/db/migrate';
import { findSecret } from '../../src/platform/db/secret-repository';
import { runProgram } from '../command/run-program';
import { openDatabase } from '../shared/open-database';
import { createClientProgram } from './client-program';

/** Keys go to standard output, messages about them to standard error. */
const program = createClientProgram({
  create: (clientId, scopes) =>
    withRegister(async (register) => {
      const key = await register.createClient(clientId, scopes);
      showKey(`Client ${clientId} (${scopes.join(', ')}).`, key);
    }),
  list: (asJson) => withRegister(async (register) => showClients(await register.list(), asJson)),
  rotate: (clientId) =>
    withRegister(async (register) => {
      const key = await register.rotateKey(clientId);
      showKey(`Another key of ${clientId}. Revoke the old one when nothing uses it any more.`, key);
    }),
  revoke: (clientId, keyId) =>
    withRegister(async (register) => {
      const revoked = await register.revoke(clientId, keyId ?? null);
      say(`Revoked ${revoked.join(' and ')}; every instance rejects it within three seconds.`);
    }),
});

async function withRegister(work: (register: ClientRegister) => Promise<void>): Promise<void> {
  const database = await openDatabase('npm run client');
  try {
    await migrate(database.url);
    const client = new Client({
      connectionString: database.url,
      application_name: 'starling-client',
    });
    await client.connect();
    try {
      await work(
        createClientRegister(client, createClientKeys(await findSecret(client, 'client-keys'))),
      );
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
}

function showClients(clients: ListedClient[], asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify(clients, null, 2)}\n`);
  else if (clients.length === 0)
    say('There are no clients yet: npm run client -- create NAME --scopes …');
  else process.stdout.write(clients.map(toLines).join(''));
}

function showKey(words: string, key: string): void {
  say(`${words} The key is shown only this once:`);
  process.stdout.write(`${key}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function toLines({ clientId, scopes, liveKeys }: ListedClient): string {
  const keys = liveKeys.map(
    ({ keyId, createdAt }) => `    ${keyId}  since ${createdAt.slice(0, 10)}\n`,
  );
  return `${clientId}  ${scopes.join(',')}\n${keys.join('') || '    no live key\n'}`;
}

void runProgram(program);
