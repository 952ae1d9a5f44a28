import { type RunReport, tablesOf } from './run-report.ts';

/** Renders the report for a terminal and for a file: no colours, at most about 110 columns. */
export function toText(report: RunReport): string {
  const { script, question, seconds, isPassed, answer, demands } = report;
  return [
    '',
    `${script}: ${isPassed ? 'passed' : 'FAILED'} (${seconds.toFixed(0)} s)`,
    `  ${question}`,
    ...answer.map((line) => `  → ${line}`),
    '',
    ...tablesOf(report).flatMap((rows) => [...toLines(rows), '']),
    ...demands.map(
      ({ metric, demand, isMet }) => `  ${isMet ? 'met    ' : 'CROSSED'}  ${metric} ${demand}`,
    ),
    '',
    '',
  ].join('\n');
}

/** Makes each column as wide as its widest cell; aligns the first column left and numbers right. */
function toLines(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    );
    return `  ${cells.join('  ')}`;
  });
}
