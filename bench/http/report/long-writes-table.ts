import { median } from '../../shared/statistics';
import { markdownTable, wholeNumber } from './markdown-table';
import type { Result } from './table';

/** Of each contender: its seconds, checkpoints, and the log per review. */
export function longWritesTable(results: readonly Result[]): string {
  const lines = results.flatMap(({ contender, rounds }) =>
    rounds.map((round) => {
      const perSecond = round.perSecond ?? [];
      const middle = median(perSecond);
      const worst = Math.min(...perSecond);
      const { node, postgres, nginx } = round.processorMicros;
      return [
        contender,
        wholeNumber(perSecond.length),
        wholeNumber(round.requests),
        wholeNumber(middle),
        wholeNumber(worst),
        (worst / middle).toFixed(2),
        `${perSecond.indexOf(worst) + 1}`,
        `${perSecond.filter((count) => count < middle / 2).length}`,
        `${round.checkpoints.timed} + ${round.checkpoints.requested}`,
        wholeNumber(round.walBytes),
        round.p50Ms.toFixed(1),
        round.p99Ms.toFixed(1),
        ...[node, postgres, nginx].map(wholeNumber),
        `${round.errors}`,
      ];
    }),
  );
  return markdownTable(HEAD, lines);
}

const HEAD = [
  'contender',
  'seconds',
  'reviews',
  'median/s',
  'worst second',
  'worst ÷ median',
  'at second',
  'seconds below half the median',
  'checkpoints, timed + forced',
  'WAL bytes per review',
  'p50 ms',
  'p99 ms',
  'Node µs',
  'PostgreSQL µs',
  'Nginx µs',
  'errors',
];
