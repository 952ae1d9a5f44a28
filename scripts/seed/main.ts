import { failureLine } from '../command/failure-line';
import { untilInterrupted } from '../command/interruption';
import { runProgram } from '../command/run-program';
import { UserError } from '../command/user-error';
import { openDatabase } from '../shared/open-database';
import { createDisplay, silentDisplay } from './progress-display';
import { createSeedProgram, type SeedArguments } from './seed-program';
import { reportLines, type SeedReport } from './seed-report';
import { loadReviews, writeReviews } from './seed-run';

const INTERRUPTED = 'Stopped; the same command continues where this one was';

/** Names the way out of a failure that is not the user's: it happened after the load had begun. */
async function run(args: SeedArguments): Promise<void> {
  try {
    print(args, await untilInterrupted(INTERRUPTED, (signal) => seed(args, signal)));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${failureLine(error)} (the same command continues where this one was)`);
  }
}

async function seed(args: SeedArguments, signal: AbortSignal): Promise<SeedReport> {
  const display = args.output === 'display' ? createDisplay(process.stdout) : silentDisplay;
  if (args.csvOnly) return writeReviews(args, display, signal);
  const database = await openDatabase('npm run seed').catch((error: Error) => {
    throw new UserError(error.message); // nothing has begun
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

void runProgram(createSeedProgram(run));
