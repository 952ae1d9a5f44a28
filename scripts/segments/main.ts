import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { argumentMistake, Refusal } from '../command/refusal';
import { runCommand } from '../command/run-command';
import { openDatabase } from '../seed/open-database';
import { count } from '../seed/progress-display';
import { parseCount } from '../seed/seed-arguments';
import { alignColumns } from '../seed/seed-report';
import { lockOutSeeders } from '../seed/seeding-lock';
import { listSegments, type Segment } from './segment-list';
import { splitSegment } from './segment-split';

const HELP = `Lists the segments of the reviews, and splits those that have outgrown their size.

  npm run segments                                  list them: keys, rows, bytes
  npm run segments -- --json                        the same as JSON
  npm run segments -- split                         split every segment of more than 1.5 times --segment-rows
  npm run segments -- split reviews_segment_0007    split this one

  --segment-rows N    rows a segment, about (default 1M)

Splitting goes on beside reads and writes; they wait some milliseconds at its end.
`;

/** A segment is split when it is half again as large as it should be. */
const OUTGROWN = 1.5;

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [command, name, ...rest] = positionals;
  if ((command !== undefined && command !== 'split') || rest.length > 0)
    throw new Refusal(
      `'${positionals.join(' ')}' is not a command (npm run segments -- --help lists them)`,
    );
  const segmentRows = parseCount('--segment-rows', values['segment-rows'] ?? '1M', 100_000_000);
  const database = await openDatabase('npm run segments');
  const client = new Client({
    connectionString: database.url,
    application_name: 'starling-segments',
  });
  client.on('error', () => {}); // reported by the next statement
  try {
    await client.connect();
    if (command === 'split') await splitOutgrown(client, name, segmentRows);
    print(await listSegments(client), values.json ?? false);
  } finally {
    await client.end().catch(() => {});
    await database.close();
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        'segment-rows': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Refusal(`${argumentMistake(error)} (npm run segments -- --help lists the options)`);
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
    throw new Refusal(`There is no segment ${name}; npm run segments lists them`);
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

runCommand('npm run segments', main);
