import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Client } from 'pg';
import { z } from 'zod';
import { migrate } from '../../src/platform/db/migrate';
import {
  findRules,
  findRulesVersion,
  insertRules,
  listRuleVersions,
  type StoredRules,
} from '../../src/throttle/rule-repository';
import { DEFAULT_RULES, type RuleSet, ruleSet } from '../../src/throttle/rule-schema';
import { openDatabase } from '../seed/open-database';
import { ArgumentError, parseRulesArguments, RULES_HELP, type RulesCommand } from './rule-arguments';

const VERSIONS_SHOWN = 20;
/** No version has this number: nothing is known. */
const NONE = 0;

/** `npm run rules`: 0 when it is done, 1 when it was refused or failed. Rules go to standard output, words about them do not. */
async function main(): Promise<number> {
  try {
    const command = parseRulesArguments(process.argv.slice(2));
    if (command.kind === 'help') process.stdout.write(RULES_HELP);
    else if (command.kind === 'check') check(command.file);
    else await withDatabase((client) => run(command, client));
    return 0;
  } catch (error) {
    const advice = error instanceof ArgumentError ? ' (npm run rules -- --help)' : '';
    process.stderr.write(`starling: ${(error as Error).message}${advice}\n`);
    return 1;
  }
}

/** @throws Error of one line that names the file */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}

async function withDatabase(work: (client: Client) => Promise<void>): Promise<void> {
  const database = await openDatabase('npm run rules');
  try {
    await migrate(database.url);
    const client = new Client({ connectionString: database.url, application_name: 'starling-rules' });
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

/** @throws Error that lists what is wrong with the file */
function check(file: string): RuleSet {
  const rules = parseRules(readJson(file), file);
  const coarse = rules.policies.filter(
    ({ quota, burst = quota, window_seconds: w }) => burst * w * 2 < quota,
  );
  say(`${file}: ${rules.policies.length} policies and ${rules.costs.length} costs are in order.`);
  for (const { name, who } of coarse) {
    say(`  ${name} of each ${who}: several instances cannot keep a burst below half a second of the quota;`);
    say('  clients whose requests are spread unevenly will get less than the quota.');
  }
  return rules;
}

function parseRules(input: unknown, what: string): RuleSet {
  const result = ruleSet.safeParse(input);
  if (result.success) return result.data;
  throw new Error(`${what} is refused:\n${z.prettifyError(result.error)}`);
}

async function show(client: Client, version: number | null): Promise<void> {
  const stored = version === null ? await findRules(client, NONE) : await findRulesVersion(client, version);
  if (!stored && version !== null) throw new Error(`there is no version ${version}`);
  say(stored ? `Version ${stored.version}:` : 'Nothing has been published; these are the defaults:');
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

async function rollback(client: Client, version: number | null): Promise<void> {
  const stored = version === null ? await findPrevious(client) : await findRulesVersion(client, version);
  if (!stored)
    throw new Error(version === null ? 'there is no version before' : `there is no version ${version}`);
  say(`Going back to the rules of version ${stored.version}.`);
  await publish(client, parseRules(stored.rules, `version ${stored.version}`));
}

async function findPrevious(client: Client): Promise<StoredRules | null> {
  const [, previous] = await listRuleVersions(client, 2);
  return previous ? findRulesVersion(client, previous.version) : null;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main().then((code) => {
  process.exitCode = code;
});
