import { userInfo } from 'node:os';
import { Client } from 'pg';
import { migrate } from '../../src/platform/db/migrate';
import {
  findRules,
  findRulesVersion,
  insertRules,
  listRuleVersions,
  type StoredRules,
} from '../../src/throttle/rules/rule-repository';
import { DEFAULT_RULES, type RuleSet } from '../../src/throttle/rules/rule-schema';
import { Refusal } from '../command/refusal';
import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { parseRulesArguments, RULES_HELP, type RulesCommand } from './rule-arguments';
import { parseRules, readRuleFile } from './rule-file';

const VERSIONS_SHOWN = 20;
/** No version has this number: nothing is known. */
const NONE = 0;

/**
 * `npm run rules`: 0 when it is done, 1 when it was refused or failed. Rules go to standard output,
 * words about them do not.
 */
async function main(): Promise<void> {
  const command = parseRulesArguments(process.argv.slice(2));
  if (command.kind === 'help') process.stdout.write(RULES_HELP);
  else if (command.kind === 'check') check(command.file);
  else await withDatabase((client) => run(command, client));
}

async function withDatabase(work: (client: Client) => Promise<void>): Promise<void> {
  const database = await openDatabase('npm run rules');
  try {
    await migrate(database.url);
    const client = new Client({
      connectionString: database.url,
      application_name: 'starling-rules',
    });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  } finally {
    await database.close();
  }
}

async function run(command: Exclude<RulesCommand, { kind: 'help' | 'check' }>, client: Client) {
  switch (command.kind) {
    case 'show':
      return show(client, command.version);
    case 'versions':
      return showVersions(client);
    case 'publish':
      return publish(client, check(command.file));
    case 'rollback':
      return rollback(client, command.version);
  }
}

/** @throws Refusal that says what is wrong with the file */
function check(file: string): RuleSet {
  const rules = readRuleFile(file);
  const coarse = rules.policies.filter(
    ({ quota, burst = quota, window_seconds: w }) => burst * w * 2 < quota,
  );
  say(`${file}: ${rules.policies.length} policies and ${rules.costs.length} costs are in order.`);
  for (const { name, who } of coarse) {
    say(
      `  ${name} of each ${who}: several instances cannot keep a burst below half a second of the quota;`,
    );
    say('  clients whose requests are spread unevenly will get less than the quota.');
  }
  return rules;
}

async function show(client: Client, version: number | null): Promise<void> {
  const stored =
    version === null ? await findRules(client, NONE) : await findRulesVersion(client, version);
  if (!stored && version !== null) throw new Refusal(`there is no version ${version}`);
  say(
    stored ? `Version ${stored.version}:` : 'Nothing has been published; these are the defaults:',
  );
  process.stdout.write(`${JSON.stringify(stored?.rules ?? DEFAULT_RULES, null, 2)}\n`);
}

async function showVersions(client: Client): Promise<void> {
  const versions = await listRuleVersions(client, VERSIONS_SHOWN);
  if (versions.length === 0) say('Nothing has been published.');
  for (const { version, publishedAt, publishedBy } of versions)
    process.stdout.write(`${version}  ${publishedAt.toISOString()}  ${publishedBy}\n`);
}

async function publish(client: Client, rules: RuleSet): Promise<void> {
  const version = await insertRules(client, rules, publisher());
  say(`Version ${version} is published; /readyz of every instance names it within three seconds.`);
}

/** As the operating system calls them; the user of a container may have a number only. */
function publisher(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

/** Without a version: to the one before the newest, and before the first one lie the defaults. */
async function rollback(client: Client, version: number | null): Promise<void> {
  if (version !== null) {
    const stored = await findRulesVersion(client, version);
    if (!stored) throw new Refusal(`there is no version ${version}`);
    return publishAgain(client, stored);
  }
  const [newest, previous] = await listRuleVersions(client, 2);
  if (!newest) throw new Refusal('nothing has been published: the defaults are in force already');
  const stored = previous && (await findRulesVersion(client, previous.version));
  if (stored) return publishAgain(client, stored);
  say('Going back to the defaults.');
  await publish(client, DEFAULT_RULES);
}

async function publishAgain(client: Client, { version, rules }: StoredRules): Promise<void> {
  say(`Going back to the rules of version ${version}.`);
  await publish(client, parseRules(rules, `version ${version}`));
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

runCommand('npm run rules', main);
