import type { Measurement } from '../measure/measurement';
import { longWritesTable } from './long-writes-table';
import { type Result, toRow, toTable } from './table';

function round(changes: Partial<Measurement>): Measurement {
  return {
    requests: 100,
    errors: 0,
    requestsPerSecond: 100,
    p50Ms: 1,
    p99Ms: 2,
    processorMicros: { node: 100, postgres: 50, nginx: 50 },
    walBytes: 0,
    checkpoints: { timed: 0, requested: 0 },
    residentMb: 100,
    ...changes,
  };
}

/** The cells of each row, by the names in the head. */
function cells(table: string): Record<string, string>[] {
  const [head, , ...rows] = table.split('\n').map((line) => line.slice(2, -2).split(' | '));
  return rows.map((row) => Object.fromEntries(row.map((cell, index) => [head![index]!, cell])));
}

describe('the table of the results', () => {
  const result = (contender: string, ...rounds: Partial<Measurement>[]): Result => ({
    workload: 'pages',
    contender,
    rounds: rounds.map(round),
  });

  it('compares with the contender that has as many instances: rate, and processor time in parentheses', () => {
    const fast = {
      requestsPerSecond: 300,
      processorMicros: { node: 20, postgres: 20, nginx: 10 },
    };
    const rows = [
      result('textbook', {}),
      result('textbook prepared', { requestsPerSecond: 150 }),
      result('starling', fast),
      result('textbook × 6 behind Nginx', { requestsPerSecond: 50 }),
      result('starling × 6 behind Nginx', fast),
    ].map(toRow);

    const [, , starling, , six] = cells(toTable(rows));

    expect(starling).toMatchObject({
      '× textbook': '3.0 (4.0)',
      '× textbook prepared': '2.0 (4.0)',
    });
    expect(six).toMatchObject({ '× textbook': '6.0 (4.0)', '× textbook prepared': '' });
    expect(Object.keys(six!)).not.toContain('× starling before');
  });

  it('has the medians of the rounds, and all errors', () => {
    const [row] = cells(
      toTable(
        [
          result(
            'starling',
            { requestsPerSecond: 90, walBytes: 9_000, errors: 1 },
            { requestsPerSecond: 100, walBytes: 8_000, errors: 0 },
            { requestsPerSecond: 190, walBytes: 1_000, errors: 2 },
          ),
        ].map(toRow),
      ),
    );

    expect(row).toMatchObject({
      'req/s': '100',
      '± spread': '100 %',
      'WAL bytes': '8,000',
      errors: '3',
    });
  });

  it('names the worst second of a long run, and counts those below half of the median', () => {
    const perSecond = [100, 110, 40, 100, 100, 45, 100];

    const [row] = cells(
      longWritesTable([result('starling', { perSecond, checkpoints: { timed: 1, requested: 2 } })]),
    );

    expect(row).toMatchObject({
      'median/s': '100',
      'worst second': '40',
      'worst ÷ median': '0.40',
      'at second': '3',
      'seconds below half the median': '2',
      'checkpoints, timed + forced': '1 + 2',
    });
  });
});
