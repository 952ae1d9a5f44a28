import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { absolutePath, namesOf } from '../../scripts/command/option-values';
import { createOption, createProgram } from '../../scripts/command/program';
import { runProgram } from '../../scripts/command/run-program';
import { EXIT_INTERRUPTED, UserError } from '../../scripts/command/user-error';
import { HOW_TO_GET_NGINX, obtainNginx } from '../../scripts/local/nginx-binary';
import { StopSwitch } from '../../scripts/local/stop-switch';
import { openDatabase } from '../../scripts/shared/open-database';
import { packageRoot } from '../../src/platform/package-root';
import { describeMachine, describeServer, type Facts } from '../shared/machine';
import { tryLimiters } from './agreement';
import { reportTrials } from './agreement-report';
import { measureDecisions } from './decisions';
import { measureRefusals } from './refusal-cost';
import { measureSimulated } from './simulated';
import { type Goal, keep, markdownTable, type Section, type ThrottleBench } from './throttle-bench';
import { obtainValkey } from './valkey-server';

type MeasureSection = (bench: ThrottleBench) => Promise<Section>;

const SECTIONS: Record<string, MeasureSection> = {
  decisions: measureDecisions,
  refusals: measureRefusals,
  postgres: async (bench) => reportTrials('PostgreSQL', await tryLimiters(bench, 'PostgreSQL')),
  valkey: async (bench) => reportTrials('Valkey', await tryLimiters(bench, 'Valkey')),
  simulated: measureSimulated,
};

const program = createProgram('npm run bench:throttle --', {
  summary:
    "Measures the throttle, rate-limiter-flexible and express-rate-limit, and reports which of the throttle's goals are reached.",
  notes: `The database is DATABASE_URL or that of npm start. Its server must run on this machine and let its user
create databases: the command measures in databases of its own and drops them at the end. It reads
pages from the given database if that holds reviews.`,
  examples: ['npm run bench:throttle -- --quick', 'npm run bench:throttle -- --sections decisions'],
})
  .option('--quick', 'about three minutes instead of ten, so the figures vary more')
  .addOption(
    createOption('--sections <names>', `some of ${Object.keys(SECTIONS).join(', ')}`)
      .argParser(namesOf(Object.keys(SECTIONS)))
      .default(Object.keys(SECTIONS), 'all'),
  )
  .addOption(
    createOption('--out <folder>', 'where throttle.json and throttle.md go')
      .argParser(absolutePath)
      .default(path.join(packageRoot, 'docs', 'benchmarks'), 'docs/benchmarks'),
  )
  .action(run);

interface ThrottleOptions {
  quick?: boolean | undefined;
  sections: string[];
  out: string;
}

async function run({ quick = false, sections: names, out }: ThrottleOptions): Promise<void> {
  const { chosen, notes } = leaveOut(names);
  const stopping = new StopSwitch((line) =>
    process.stderr.write(`npm run bench:throttle: ${line}\n`),
  );
  const stopped = stopping.asked.then(() => {
    throw new UserError('stopped early; nothing was written', EXIT_INTERRUPTED);
  });
  const measured = measureSections(chosen, quick, stopping);
  try {
    const { machine, sections } = await Promise.race([measured, stopped]);
    writeResults(machine, sections, notes, out);
  } finally {
    stopped.catch(() => {}); // closing settles it
    measured.catch(() => {}); // a running measurement fails when its parts are closed
    await stopping.closeAll();
  }
}

/**
 * Leaves out the sections that this machine cannot run, with a note for each.
 * @throws if a program is missing that the other sections need
 */
function leaveOut(names: readonly string[]): { chosen: string[]; notes: string[] } {
  const notes: string[] = [];
  let chosen = [...names];
  if (names.includes('valkey') && !obtainValkey((line) => process.stderr.write(`${line}\n`))) {
    chosen = chosen.filter((name) => name !== 'valkey');
    notes.push(
      'Valkey was left out: there is no valkey-server or redis-server (sudo apt-get install redis-server).',
    );
  }
  if (names.includes('refusals') && !existsSync('/proc/self/stat')) {
    chosen = chosen.filter((name) => name !== 'refusals');
    notes.push(
      'Refusals were left out: the benchmark reads processor time from /proc, which only Linux has.',
    );
  }
  if (chosen.includes('refusals') && !obtainNginx((line) => process.stderr.write(`${line}\n`)))
    throw new UserError(HOW_TO_GET_NGINX);
  return { chosen, notes };
}

async function measureSections(names: readonly string[], quick: boolean, stopping: StopSwitch) {
  const opened = openDatabase('npm run bench:throttle').then(({ url, close }) => ({
    url,
    stop: close,
  }));
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-throttle-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  stopping.onClose({
    name: folder,
    close: () => rmSync(folder, { recursive: true, force: true }),
    kill: () => rmSync(folder, { recursive: true, force: true }),
  });
  const { url: serverUrl } = await keep({ stopping }, 'the database', opened);
  const machine = {
    ...(await describeMachine()),
    ...(await describeServer(serverUrl)),
    measured: quick ? 'quickly' : 'in full',
  };
  const sections: Section[] = [];
  for (const [index, name] of names.entries()) {
    process.stderr.write(`${index + 1} of ${names.length}: ${name}\n`);
    sections.push(await SECTIONS[name]!({ quick, serverUrl, folder, stopping }));
    print(sectionText(sections.at(-1)!));
  }
  return { machine, sections };
}

function writeResults(
  machine: Facts,
  sections: readonly Section[],
  notes: readonly string[],
  folder: string,
): void {
  const goals = goalTable(sections.flatMap((section) => section.goals));
  print([...notes, '', ...goals]);
  mkdirSync(folder, { recursive: true });
  const json = JSON.stringify({ machine, notes, sections }, null, 1);
  writeFileSync(path.join(folder, 'throttle.json'), `${json}\n`);
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const parts = [facts, notes, ['## Goals', '', ...goals], ...sections.map(sectionText)];
  const text = parts.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  writeFileSync(path.join(folder, 'throttle.md'), `${text.join('\n\n')}\n`);
  print([`Written to ${folder}: throttle.json, throttle.md`]);
}

function goalTable(goals: readonly Goal[]): string[] {
  const rows = goals.map(
    ({ goal, reached, met, rateLimiterFlexible = '', expressRateLimit = '' }) => [
      goal,
      met ? reached : `**missed**: ${reached}`,
      rateLimiterFlexible,
      expressRateLimit,
    ],
  );
  return markdownTable(['goal', 'reached', 'rate-limiter-flexible', 'express-rate-limit'], rows);
}

function sectionText({ title, lines }: Section): string[] {
  return [`## ${title}`, '', ...lines];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

void runProgram(program).then(() => process.exit());
