import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Facts } from '../../shared/machine';
import { toChart } from './chart';
import { longWritesTable } from './long-writes-table';
import { type Result, toRow, toTable } from './table';

export interface Report {
  /** Of the machine and the database. */
  facts: Facts;
  results: readonly Result[];
  longWrites: readonly Result[];
  /** What the reader must know to judge the figures, one sentence each. */
  notes: readonly string[];
}

/** Writes NAME.md, NAME.json and NAME.svg. */
export function writeReport(report: Report, folder: string, name: string): void {
  const { facts, results, longWrites, notes } = report;
  const rows = results.map(toRow);
  mkdirSync(folder, { recursive: true });
  const file = (ending: string) => path.join(folder, `${name}.${ending}`);
  writeFileSync(file('json'), `${JSON.stringify(report, null, 1)}\n`);
  const parts = [
    Object.entries(facts)
      .map(([fact, value]) => `- ${fact}: ${value}`)
      .join('\n'),
    ...(rows.length > 0 ? [toTable(rows), `![Processor time per request](${name}.svg)`] : []),
    ...(longWrites.length > 0 ? [longWritesTable(longWrites)] : []),
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  writeFileSync(file('md'), `${parts.filter((part) => part !== '').join('\n\n')}\n`);
  if (rows.length > 0) writeFileSync(file('svg'), toChart(rows));
  process.stdout.write(`${[...notes, `Written to ${file('md')}`].join('\n')}\n`);
}
