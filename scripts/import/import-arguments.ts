import path from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal } from '../seed/seed-arguments';

export const IMPORT_HELP = `Imports reviews that another system exported.

  npm run import -- classic DIR                    the legacy contract's files: reviews.csv and, where they are,
                                                   reviews_photos.csv, characteristics.csv, characteristic_reviews.csv
  npm run import -- okendo FILE [--key productId]  Okendo's CSV: name, body, rating, dateCreated and a product

  --key NAME       okendo: the column that names the product: productId, handle or sku (default: the first of
                   them that the file has; the legacy contract reads only products that are whole numbers)
  --refused FILE   where the refused lines are reported (default beside the input: reviews.refused.csv)
  --json           print one JSON object at the end and nothing else
  --help           this

All lines that can be taken are imported in one transaction; each one that cannot is reported with its number
and the reason. Classic reviews keep their ids where none of these was ever given out; else the file
reviews.ids.csv beside the report says which new id each has. The database is DATABASE_URL; without it, the embedded PostgreSQL that npm start uses.
`;

/** In the order in which they are taken: the legacy contract can read only the id. */
export const OKENDO_KEYS = ['productId', 'handle', 'sku'] as const;
export type OkendoKey = (typeof OKENDO_KEYS)[number];

export interface ImportArguments {
  format: 'classic' | 'okendo';
  /** A folder for classic, a file for okendo. Absolute. */
  input: string;
  key: OkendoKey | undefined;
  refusedFile: string;
  /** Where the new ids of classic reviews are listed, if they do not keep theirs. */
  idsFile: string;
  json: boolean;
}

/** @throws Refusal naming the argument, and what would be right */
export function parseImportArguments(args: string[]): ImportArguments | 'help' {
  const { values, positionals } = parseOptions(args);
  if (values.help) return 'help';
  const [format, given, ...rest] = positionals;
  if ((format !== 'classic' && format !== 'okendo') || given === undefined || rest.length > 0)
    throw new Refusal(
      'Say what to import: classic DIR or okendo FILE (npm run import -- --help shows more)',
    );
  const key = OKENDO_KEYS.find((name) => name === values.key);
  if (values.key !== undefined && (!key || format !== 'okendo'))
    throw new Refusal(`--key is for okendo, and one of ${OKENDO_KEYS.join(', ')}`);
  const input = path.resolve(given);
  const reviews = format === 'classic' ? path.join(input, 'reviews.csv') : input;
  const refusedFile = path.resolve(
    values.refused ?? `${reviews.replace(/\.csv$/i, '')}.refused.csv`,
  );
  const idsFile = `${refusedFile.replace(/(?:\.refused)?\.csv$/i, '')}.ids.csv`;
  return { format, input, key, refusedFile, idsFile, json: values.json ?? false };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        refused: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Refusal(
      `${(error as Error).message.split('. ')[0]} (npm run import -- --help lists the options)`,
    );
  }
}
