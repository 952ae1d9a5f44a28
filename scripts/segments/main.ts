import { Client } from 'pg';
import { count as readCount } from '../command/option-values';
import { createOption, createProgram } from '../command/program';
import { runProgram } from '../command/run-program';
import { UserError } from '../command/user-error';
import { alignColumns, count } from '../shared/figures';
import { openDatabase } from '../shared/open-database';
import { lockOutSeeders } from '../shared/seeding-lock';
import { listSegments, type Segment } from './segment-list';
import { splitSegment } from './segment-split';

/** A segment has outgrown its size when it is half again as large. */
const OUTGROWN = 1.5;
const SEGMENT_ROWS_MAX = 100_000_000;

const program = createProgram('npm run segments --', {
  summary:
    'Lists the segments of the reviews and splits those that have outgrown their size. ' +
    'A segment is a range partition of about one million rows.',
  notes: `Instances read and write during a split; they wait some milliseconds at its end.
The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.`,
  examples: [
    'npm run segments                                 list them: keys, rows, bytes',
    'npm run -s segments -- --json                    the same as JSON',
    'npm run segments -- split                        split those that have outgrown their size',
    'npm run segments -- split reviews_segment_0007   split this one',
  ],
});
program
  .command('list', { isDefault: true })
  .description('list the segments (the default)')
  .option('--json', 'print JSON')
  .action(({ json }) =>
    withDatabase(async (client) => print(await listSegments(client), json ?? false)),
  );
program
  .command('split')
  .description(`split each segment of more than ${OUTGROWN} times --segment-rows, then list them`)
  .argument('[segment]', 'split only this one, of any size')
  .addOption(
    createOption('--segment-rows <number>', 'rows per segment, about')
      .argParser(readCount(SEGMENT_ROWS_MAX))
      .default(1_000_000, '1M'),
  )
  .option('--json', 'print the list as JSON')
  .action((segment, { segmentRows, json }) =>
    withDatabase(async (client) => {
      await splitOutgrown(client, segment, segmentRows);
      print(await listSegments(client), json ?? false);
    }),
  );

async function withDatabase(work: (client: Client) => Promise<void>): Promise<void> {
  const database = await openDatabase('npm run segments');
  const client = new Client({
    connectionString: database.url,
    application_name: 'starling-segments',
  });
  client.on('error', () => {}); // reported by the next statement
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
    await database.close();
  }
}

async function splitOutgrown(
  client: Client,
  name: string | undefined,
  segmentRows: number,
): Promise<void> {
  await lockOutSeeders(client);
  const segments = await listSegments(client);
  const chosen = segments.filter((segment) =>
    name === undefined ? segment.rows > OUTGROWN * segmentRows : segment.name === name,
  );
  if (name !== undefined && chosen.length === 0)
    throw new UserError(`There is no segment ${name}; npm run segments lists all`);
  for (const segment of chosen) {
    const pieces = await splitSegment(
      client,
      segment,
      Math.max(2, Math.round(segment.rows / segmentRows)),
    );
    process.stderr.write(
      `starling: ${segment.name} is now ${pieces.map((piece) => piece.name).join(', ')}\n`,
    );
  }
}

function print(segments: Segment[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(segments)}\n`);
    return;
  }
  const total = (of: (segment: Segment) => number) =>
    segments.reduce((sum, segment) => sum + of(segment), 0);
  const megabytes = (bytes: number) => count(Math.round(bytes / 1e6));
  const table = [
    ['segment', 'from', 'to', 'rows', 'MB', 'MB of indexes'],
    ...segments.map(({ name, from, to, rows, bytes, indexBytes }) => [
      name,
      from ?? '',
      to ?? '',
      count(rows),
      megabytes(bytes),
      megabytes(indexBytes),
    ]),
    [
      `${segments.length} in all`,
      '',
      '',
      count(total(({ rows }) => rows)),
      megabytes(total(({ bytes }) => bytes)),
      megabytes(total(({ indexBytes }) => indexBytes)),
    ],
  ];
  process.stdout.write(`${alignColumns(table).join('\n')}\n`);
}

void runProgram(program);
