import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Ended } from '../seed/seeder';

const MAIN = path.resolve(__dirname, '../../dist/scripts/import/main.js');

/** Starts the compiled `npm run import`. */
export function startImporter(
  args: string[],
  databaseUrl: string,
): { child: ChildProcess; ended: Promise<Ended & { signal: NodeJS.Signals | null }> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<Ended & { signal: NodeJS.Signals | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, ...output })),
  );
  return { child, ended };
}

export async function runImporter(args: string[], databaseUrl: string): Promise<Ended> {
  const { code, stdout, stderr } = await startImporter(args, databaseUrl).ended;
  return { code, stdout, stderr };
}

export const CLASSIC_HEADER =
  'id,product_id,rating,date,summary,body,recommend,reported,reviewer_name,reviewer_email,response,helpfulness';

/** A row of reviews.csv that is fine but for `changes`, each a field as it stands in the file. */
export function classicRow(id: number, changes: Record<string, string> = {}): string {
  const fields: Record<string, string> = {
    ...{
      id: `${id}`,
      product_id: '2',
      rating: '5',
      date: '1596080481467',
      summary: 'Good',
      body: 'Fine.',
    },
    ...{
      recommend: 'true',
      reported: 'false',
      reviewer_name: 'Ada',
      reviewer_email: '',
      response: 'null',
    },
    ...{ helpfulness: '0', ...changes },
  };
  return CLASSIC_HEADER.split(',')
    .map((column) => fields[column])
    .join(',');
}

/** A folder of files, each given by its lines or its bytes. */
export function exportFolder(files: Record<string, string[] | Buffer>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-import-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(
      path.join(folder, name),
      Array.isArray(content) ? `${content.join('\n')}\n` : content,
    );
  }
  return folder;
}
