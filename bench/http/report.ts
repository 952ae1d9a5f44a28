import { median } from '../shared/statistics';
import type { Measurement } from './measurement';

/** All rounds of one contender under one workload. */
export interface Result {
  workload: string;
  contender: string;
  rounds: Measurement[];
}

/** One row of the table: medians, and how far the rounds' requests per second lie apart. */
export interface Row {
  workload: string;
  contender: string;
  requestsPerSecond: number;
  /** (largest − smallest) / median of the rounds. */
  spread: number;
  p50Ms: number;
  p99Ms: number;
  nodeMicros: number;
  postgresMicros: number;
  nginxMicros: number;
  residentMb: number;
  errors: number;
}

export function toRow({ workload, contender, rounds }: Result): Row {
  const of = (value: (round: Measurement) => number) => median(rounds.map(value));
  const rates = rounds.map(({ requestsPerSecond }) => requestsPerSecond);
  const requestsPerSecond = median(rates);
  return {
    workload,
    contender,
    requestsPerSecond,
    spread: (Math.max(...rates) - Math.min(...rates)) / requestsPerSecond,
    p50Ms: of((round) => round.p50Ms),
    p99Ms: of((round) => round.p99Ms),
    nodeMicros: of((round) => round.processorMicros.node),
    postgresMicros: of((round) => round.processorMicros.postgres),
    nginxMicros: of((round) => round.processorMicros.nginx),
    residentMb: Math.max(...rounds.map((round) => round.residentMb)),
    errors: rounds.reduce((total, round) => total + round.errors, 0),
  };
}

/**
 * Markdown. `× plain`: requests per second against the plain server with as many instances; `×
 * limit`: against the same number of them answering from memory, or Nginx answering from a file.
 * Empty where there is none, and left out where there is none at all.
 */
export function toTable(rows: readonly Row[]): string {
  const head = [
    'workload',
    'contender',
    'req/s',
    '± spread',
    '× plain',
    '× limit',
    'p50 ms',
    'p99 ms',
    'Node µs',
    'PostgreSQL µs',
    'Nginx µs',
    'MB',
    'errors',
  ];
  const lines = rows.map((row) => {
    const sameOf = (kind: string) => row.contender.replace(/^\w+/, kind);
    return [
      row.workload,
      row.contender,
      row.requestsPerSecond.toLocaleString('en', { maximumFractionDigits: 0 }),
      `${Math.round(row.spread * 100)} %`,
      ratioTo([sameOf('plain')], row, rows, 1),
      ratioTo([sameOf('memory'), 'file'], row, rows, 2),
      row.p50Ms.toFixed(1),
      row.p99Ms.toFixed(1),
      row.nodeMicros.toFixed(0),
      row.postgresMicros.toFixed(0),
      row.nginxMicros.toFixed(0),
      row.residentMb.toFixed(0),
      `${row.errors}`,
    ];
  });
  const filled = head.map((_name, column) => lines.some((cells) => cells[column] !== ''));
  return [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.filter((_cell, column) => filled[column]).join(' | ')} |`)
    .join('\n');
}

function ratioTo(
  references: readonly string[],
  row: Row,
  rows: readonly Row[],
  digits: number,
): string {
  const reference = rows.find(
    ({ workload, contender }) => workload === row.workload && references.includes(contender),
  );
  return reference ? (row.requestsPerSecond / reference.requestsPerSecond).toFixed(digits) : '';
}

const BAR_HEIGHT = 18;
const LABEL_WIDTH = 420;
const CHART_WIDTH = 960;
const COLOURS = { node: '#3c873a', postgres: '#336791', nginx: '#8a8a8a' };

/** Processor time a request as stacked bars, an SVG: what speed costs, and where. */
export function toChart(rows: readonly Row[]): string {
  const total = (row: Row) => row.nodeMicros + row.postgresMicros + row.nginxMicros;
  const scale = (CHART_WIDTH - LABEL_WIDTH - 70) / Math.max(...rows.map(total));
  const bars = rows.map((row, index) => {
    const y = 40 + index * (BAR_HEIGHT + 6);
    let x = LABEL_WIDTH;
    const parts = (['node', 'postgres', 'nginx'] as const).map((kind) => {
      const width = row[`${kind}Micros`] * scale;
      const part = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${COLOURS[kind]}"/>`;
      x += width;
      return part;
    });
    const label = `${row.workload} — ${row.contender}`;
    return `<text x="${LABEL_WIDTH - 8}" y="${y + 13}" text-anchor="end">${label}</text>${parts.join('')}<text x="${(x + 6).toFixed(1)}" y="${y + 13}">${total(row).toFixed(0)} µs</text>`;
  });
  const legend = (['node', 'postgres', 'nginx'] as const).map(
    (kind, index) =>
      `<rect x="${LABEL_WIDTH + index * 120}" y="12" width="12" height="12" fill="${COLOURS[kind]}"/><text x="${LABEL_WIDTH + 18 + index * 120}" y="22">${{ node: 'Node', postgres: 'PostgreSQL', nginx: 'Nginx' }[kind]}</text>`,
  );
  const height = 50 + rows.length * (BAR_HEIGHT + 6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CHART_WIDTH}" height="${height}" font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/><text x="8" y="22" font-weight="bold">Processor time a request</text>${legend.join('')}${bars.join('')}</svg>\n`;
}
