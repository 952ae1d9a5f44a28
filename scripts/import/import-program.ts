import path from 'node:path';
import { absolutePath } from '../command/option-values';
import { createOption, createProgram } from '../command/program';

/** In the order of preference: the legacy contract reads only the id. */
export const OKENDO_KEYS = ['productId', 'handle', 'sku'] as const;
export type OkendoKey = (typeof OKENDO_KEYS)[number];

export interface ImportArguments {
  format: 'classic' | 'okendo';
  /** A folder for classic, a file for okendo. Absolute. */
  input: string;
  key: OkendoKey | undefined;
  refusedFile: string;
  /** Lists the new ids of classic reviews, if they do not keep theirs. */
  idsFile: string;
  json: boolean;
}

interface ReportOptions {
  refused?: string | undefined;
  json?: true | undefined;
}

const NOTES = `The command imports all good lines in one transaction. It reports each other line with its number
and the reason. Classic reviews keep their ids if none of these was ever given out; otherwise the
file reviews.ids.csv beside the report lists old and new ids. After the transaction it stores the
first page of each product that has none (npm run pages does the same).

The database is DATABASE_URL; without it, the embedded PostgreSQL of npm start.`;

/** The command line of `npm run import`. @param run gets the arguments once all of them are right */
export function createImportProgram(run: (args: ImportArguments) => Promise<void>) {
  const program = createProgram('npm run import --', {
    summary: 'Imports reviews that another system exported.',
    notes: NOTES,
    examples: [
      'npm run import -- classic /data/export',
      'npm run import -- okendo reviews.csv --key handle --refused refused.csv',
    ],
  });
  program
    .command('classic')
    .description(
      "import the legacy contract's files: reviews.csv and, if present, reviews_photos.csv, " +
        'characteristics.csv, characteristic_reviews.csv',
    )
    .argument('<folder>', 'folder of these files', absolutePath)
    .addOption(refusedOption())
    .addOption(jsonOption())
    .action((folder, options) =>
      run({
        format: 'classic',
        input: folder,
        key: undefined,
        ...reportFiles(path.join(folder, 'reviews.csv'), options),
      }),
    );
  program
    .command('okendo')
    .description("import Okendo's CSV file: name, body, rating, dateCreated and a product")
    .argument('<file>', 'the CSV file', absolutePath)
    .addOption(
      createOption(
        '--key <column>',
        'the column that names the product (default: the first of these that the file has; ' +
          'the legacy contract reads only products that are whole numbers)',
      ).choices(OKENDO_KEYS),
    )
    .addOption(refusedOption())
    .addOption(jsonOption())
    .action((file, { key, ...options }) =>
      run({ format: 'okendo', input: file, key, ...reportFiles(file, options) }),
    );
  return program;
}

const refusedOption = () =>
  createOption(
    '--refused <file>',
    'report of the refused lines (default: beside the input, reviews.refused.csv)',
  ).argParser(absolutePath);

const jsonOption = () => createOption('--json', 'print only one JSON object, at the end');

function reportFiles(reviews: string, { refused, json }: ReportOptions) {
  const refusedFile = refused ?? `${reviews.replace(/\.csv$/i, '')}.refused.csv`;
  const idsFile = `${refusedFile.replace(/(?:\.refused)?\.csv$/i, '')}.ids.csv`;
  return { refusedFile, idsFile, json: json ?? false };
}
