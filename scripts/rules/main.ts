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
import { textLike } from '../command/option-values';
import { createProgram } from '../command/program';
import { runProgram } from '../command/run-program';
import { UserError } from '../command/user-error';
import { openDatabase } from '../shared/open-database';
import { parseRules, readRuleFile } from './rule-file';

const VERSIONS_SHOWN = 20;
/** No version has this number, so every published version is newer. */
const NONE = 0;

/** Rules go to standard output, messages about them to standard error. */
const program = createProgram('npm run rules --', {
  summary: 'Shows, checks, publishes and rolls back the throttling rules (docs/throttling.md).',
  notes: `The command publishes only rules that pass the check.
The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.`,
  examples: [
    'npm run -s rules -- show > rules.json',
    'npm run rules -- check rules.json',
    'npm run rules -- publish rules.json',
  ],
});
program
  .command('show')
  .description('print the published rules, or those of a version, as JSON')
  .argument('[version]', 'number of the version', versionNumber)
  .action((version) => withDatabase((client) => show(client, version)));
program
  .command('versions')
  .description(`list the latest ${VERSIONS_SHOWN} versions, newest first`)
  .action(() => withDatabase(showVersions));
program
  .command('check')
  .description('check a file and publish nothing')
  .argument('<file>', 'JSON file of rules')
  .action((file) => void check(file));
program
  .command('publish')
  .description('check a file and publish it; every instance applies it within three seconds')
  .argument('<file>', 'JSON file of rules')
  .action((file) => withDatabase((client) => publish(client, check(file))));
program
  .command('rollback')
  .description('publish an older version again')
  .argument(
    '[version]',
    'number of the version (default: the one before the newest)',
    versionNumber,
  )
  .action((version) => withDatabase((client) => rollback(client, version)));

function versionNumber(text: string): number {
  return Number(textLike(/^[1-9]\d{0,14}$/, 'the number of a version, as versions lists it')(text));
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

/** @throws UserError that names the mistakes in the file */
function check(file: string): RuleSet {
  const rules = readRuleFile(file);
  const coarse = rules.policies.filter(
    ({ quota, burst = quota, window_seconds: w }) => burst * w * 2 < quota,
  );
  say(`${file}: ${rules.policies.length} policies and ${rules.costs.length} costs are valid.`);
  for (const { name, who } of coarse) {
    say(
      `  ${name} of each ${who}: several instances cannot keep a burst below half a second of the quota;`,
    );
    say('  clients whose requests are spread unevenly will get less than the quota.');
  }
  return rules;
}

async function show(client: Client, version: number | undefined): Promise<void> {
  const stored =
    version === undefined ? await findRules(client, NONE) : await findRulesVersion(client, version);
  if (!stored && version !== undefined) throw new UserError(`there is no version ${version}`);
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

/** The name of the operating system's user; in a container, the user may have only a number. */
function publisher(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

/**
 * Without a version, publishes the one before the newest; before the first one come the defaults.
 */
async function rollback(client: Client, version: number | undefined): Promise<void> {
  if (version !== undefined) {
    const stored = await findRulesVersion(client, version);
    if (!stored) throw new UserError(`there is no version ${version}`);
    return publishAgain(client, stored);
  }
  const [newest, previous] = await listRuleVersions(client, 2);
  if (!newest) throw new UserError('nothing has been published: the defaults are in force already');
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

void runProgram(program);
