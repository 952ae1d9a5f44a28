import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Machine } from '../shared/machine';
import { type Result, toChart, toRow, toTable } from './report';

/** results.json, results.md and processor-time.svg. `notes`: what was not measured, and why. */
export function writeResults(
  results: readonly Result[],
  machine: Machine,
  notes: readonly string[],
  folder: string,
): void {
  const rows = results.map(toRow);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'results.json'),
    `${JSON.stringify({ machine, notes, results }, null, 1)}\n`,
  );
  const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
  const text = [facts.join('\n'), toTable(rows), ...notes];
  writeFileSync(path.join(folder, 'results.md'), `${text.join('\n\n')}\n`);
  writeFileSync(path.join(folder, 'processor-time.svg'), toChart(rows));
  process.stdout.write(`${[...notes, `Written to ${folder}`].join('\n')}\n`);
}
