import { failureLine } from '../command/failure-line';
import { Refusal } from '../command/refusal';
import { openDatabase } from './open-database';
import { createDisplay, silentDisplay } from './progress-display';
import { parseSeedArguments, SEED_HELP, type SeedArguments } from './seed-arguments';
import { reportLines, type SeedReport } from './seed-report';
import { loadReviews, writeReviews } from './seed-run';

/**
 * `npm run seed`: 0 when all is loaded, 1 when it was refused or failed, 130 when it was
 * interrupted.
 */
async function main(): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () =>
      interrupted.abort(new Refusal('Stopped; the same command goes on where this one was')),
    );
  }
  try {
    const args = parseSeedArguments(process.argv.slice(2));
    if (args === 'help') process.stdout.write(SEED_HELP);
    else print(args, await seed(args, interrupted.signal));
    return 0;
  } catch (error) {
    const advice = error instanceof Refusal ? '' : ' (the same command goes on where this one was)';
    process.stderr.write(`starling: ${failureLine(error)}${advice}\n`);
    return interrupted.signal.aborted ? 130 : 1;
  }
}

async function seed(args: SeedArguments, signal: AbortSignal): Promise<SeedReport> {
  const display = args.output === 'display' ? createDisplay(process.stdout) : silentDisplay;
  if (args.csvOnly) return writeReviews(args, display, signal);
  const database = await openDatabase('npm run seed').catch((error: Error) => {
    throw new Refusal(error.message); // nothing has begun
  });
  try {
    return await loadReviews(args, database.url, display, signal);
  } finally {
    await database.close();
  }
}

function print(args: SeedArguments, report: SeedReport): void {
  if (args.output === 'json') process.stdout.write(`${JSON.stringify(report)}\n`);
  if (args.output === 'display') process.stdout.write(`${reportLines(report).join('\n')}\n`);
}

void main().then((code) => {
  process.exitCode = code;
});
