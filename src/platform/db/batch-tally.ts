import { Histogram } from '../telemetry/histogram';
import { counter, distribution, gauge, type Reading } from '../telemetry/readings';

const ITEMS_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 200];
const SECONDS_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1];

/** Counts of the batchers of one statement: per batch, and per item only for what is out of the ordinary. */
export class BatchTally {
  readonly items = new Histogram(ITEMS_BOUNDS);
  readonly waitSeconds = new Histogram(SECONDS_BOUNDS);
  readonly statementSeconds = new Histogram(SECONDS_BOUNDS);
  joined = 0;
  refused = 0;
  failed = 0;
  /** The work that each of its batchers has under way. */
  readonly batchers: (() => UnderWay)[] = [];
}

/** Items that wait, and statements that run. */
interface UnderWay {
  waiting: number;
  inFlight: number;
}

export interface BatchTallies {
  /** The one of a prepared statement. */
  of(statement: string): BatchTally;
  readings(): Reading[];
}

export function createBatchTallies(): BatchTallies {
  const tallies = new Map<string, BatchTally>();

  function of(statement: string): BatchTally {
    const tally = tallies.get(statement) ?? new BatchTally();
    tallies.set(statement, tally);
    return tally;
  }

  return {
    of,
    readings: () => [...tallies].flatMap(([statement, tally]) => readTally({ statement }, tally)),
  };
}

function readTally(labels: { statement: string }, tally: BatchTally): Reading[] {
  const underWay = tally.batchers.map((read) => read());
  return [
    distribution('batch_items', 'Items sent in one statement', tally.items, labels),
    distribution(
      'batch_wait_seconds',
      'How long the first item of a batch waited',
      tally.waitSeconds,
      labels,
    ),
    distribution(
      'batch_statement_seconds',
      'From sending a statement to its last row',
      tally.statementSeconds,
      labels,
    ),
    gauge('batch_in_flight', 'Statements under way', sum(underWay.map(({ inFlight }) => inFlight)), labels),
    gauge('batch_waiting', 'Items not sent yet', sum(underWay.map(({ waiting }) => waiting)), labels),
    counter('batch_joined_total', 'Items that shared the answer of an equal one', tally.joined, labels),
    counter('batch_refused_total', 'Items refused because too many waited', tally.refused, labels),
    counter('batch_failed_total', 'Batches whose statement failed', tally.failed, labels),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
