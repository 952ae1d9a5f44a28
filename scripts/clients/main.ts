import { Client } from 'pg';
import { createClientKeys } from '../../src/clients/client-key';
import type { ListedClient } from '../../src/clients/client-repository';
import { type ClientRegister, createClientRegister } from '../../src/clients/client-service';
import { migrate } from '../../src/platform/db/migrate';
import { findSecret } from '../../src/platform/db/secret-repository';
import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { CLIENT_HELP, type ClientCommand, parseClientArguments } from './client-arguments';

/**
 * `npm run client`: 0 when it is done, 1 when it was refused or failed. Keys go to standard output,
 * words about them do not.
 */
async function main(): Promise<void> {
  const command = parseClientArguments(process.argv.slice(2));
  if (command.kind === 'help') process.stdout.write(CLIENT_HELP);
  else await withRegister((register) => run(command, register));
}

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

async function run(command: Exclude<ClientCommand, { kind: 'help' }>, register: ClientRegister) {
  switch (command.kind) {
    case 'create': {
      const key = await register.createClient(command.clientId, command.scopes);
      showKey(`Client ${command.clientId} (${command.scopes.join(', ')}).`, key);
      return;
    }
    case 'rotate': {
      const key = await register.rotateKey(command.clientId);
      showKey(
        `Another key of ${command.clientId}. Revoke the old one when nothing uses it any more.`,
        key,
      );
      return;
    }
    case 'revoke': {
      const revoked = await register.revoke(command.clientId, command.keyId);
      say(`Revoked ${revoked.join(' and ')}; every instance refuses it within three seconds.`);
      return;
    }
    case 'list': {
      const clients = await register.list();
      if (command.asJson) process.stdout.write(`${JSON.stringify(clients, null, 2)}\n`);
      else if (clients.length === 0)
        say('There are no clients yet: npm run client -- create NAME --scopes …');
      else process.stdout.write(clients.map(toLines).join(''));
    }
  }
}

function showKey(words: string, key: string): void {
  say(`${words} This is the only time that the key is shown:`);
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

runCommand('npm run client', main);
