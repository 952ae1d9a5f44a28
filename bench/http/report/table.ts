import { median } from '../../shared/statistics';
import type { Measurement } from '../measure/measurement';
import { markdownTable, wholeNumber } from './markdown-table';

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
  walBytes: number;
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
    walBytes: of((round) => round.walBytes),
    residentMb: Math.max(...rounds.map((round) => round.residentMb)),
    errors: rounds.reduce((total, round) => total + round.errors, 0),
  };
}

/** Node, PostgreSQL and Nginx together, microseconds per request. */
export function totalMicros(row: Row): number {
  return row.nodeMicros + row.postgresMicros + row.nginxMicros;
}

/** The contenders that others are compared with; without their number of instances. */
const REFERENCES = ['textbook', 'textbook prepared', 'starling before'] as const;

/**
 * Markdown. `× NAME`: requests per second, divided by those of NAME with as many instances, and in
 * parentheses its processor time per request, divided by that of this row. `× limit`: requests per
 * second, divided by those of as many instances that answer from memory, or of Nginx that answers
 * from a file. A column without any value is left out.
 */
export function toTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.workload,
    row.contender,
    wholeNumber(row.requestsPerSecond),
    `${Math.round(row.spread * 100)} %`,
    ...REFERENCES.map((label) => compare(row, findReference([label], row, rows))),
    limitRatio(row, findReference(['memory', 'file'], row, rows)),
    row.p50Ms.toFixed(1),
    row.p99Ms.toFixed(1),
    row.nodeMicros.toFixed(0),
    row.postgresMicros.toFixed(0),
    row.nginxMicros.toFixed(0),
    wholeNumber(row.walBytes),
    row.residentMb.toFixed(0),
    `${row.errors}`,
  ]);
  return markdownTable(HEAD, lines);
}

const HEAD = [
  'workload',
  'contender',
  'req/s',
  '± spread',
  ...REFERENCES.map((label) => `× ${label}`),
  '× limit',
  'p50 ms',
  'p99 ms',
  'Node µs',
  'PostgreSQL µs',
  'Nginx µs',
  'WAL bytes',
  'MB',
  'errors',
];

function findReference(
  labels: readonly string[],
  { workload, contender }: Row,
  rows: readonly Row[],
): Row | undefined {
  const instances = / × .*/.exec(contender)?.[0] ?? '';
  const names = labels.map((label) => (label === 'file' ? label : `${label}${instances}`));
  return rows.find((row) => row.workload === workload && names.includes(row.contender));
}

function compare(row: Row, reference: Row | undefined): string {
  if (!reference) return '';
  const rates = row.requestsPerSecond / reference.requestsPerSecond;
  return `${rates.toFixed(1)} (${(totalMicros(reference) / totalMicros(row)).toFixed(1)})`;
}

function limitRatio(row: Row, reference: Row | undefined): string {
  return reference ? (row.requestsPerSecond / reference.requestsPerSecond).toFixed(2) : '';
}
