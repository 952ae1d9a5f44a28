import { availableParallelism } from 'node:os';
import { count } from '../command/option-values';
import { createOption, createProgram } from '../command/program';

const WORKERS_MAX = 32;

export interface PagesArguments {
  workers: number;
  output: 'lines' | 'quiet' | 'json';
}

/** The command line of `npm run pages`. @param run gets the arguments once all of them are right */
export function createPagesProgram(run: (args: PagesArguments) => Promise<void>) {
  return createProgram('npm run pages --', {
    summary:
      'Stores the first page of every product that has none at its present version, ' +
      'so that no reader waits until it is rendered.',
    notes: `npm run seed and npm run import do this at their end. Use it after an upgrade that empties the stored
pages, or after you have emptied them. Instances read and write meanwhile. If it was interrupted,
run it again: it continues where it stopped.

The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.`,
    examples: ['npm run pages', 'npm run -s pages -- --json'],
  })
    .addOption(
      createOption(
        '--workers <number>',
        'how many segments to work on in parallel (default: one per core, at most 4)',
      ).argParser(count(WORKERS_MAX)),
    )
    .addOption(createOption('--quiet', 'print only errors').conflicts('json'))
    .option('--json', 'print only one JSON object, at the end')
    .action(({ workers, quiet, json }) =>
      run({
        workers: workers ?? Math.min(4, availableParallelism()),
        output: quiet ? 'quiet' : json ? 'json' : 'lines',
      }),
    );
}
