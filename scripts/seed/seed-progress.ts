import type { FilledPages } from '../pages/page-filling';
import type { WorkerMessage, WorkerPhase } from './seed-worker';

/** The work of the threads, then storing first pages. */
export type SeedPhase = WorkerPhase | 'pages';

/**
 * The progress of a load: the counts of its phases, and when they began and ended. It does not know
 * how it is displayed.
 */
export interface PhaseProgress {
  rows: number;
  bytes: number;
  /** The rows of all segments in this phase, without those of earlier runs. */
  rowsInAll: number;
  /** Segments that have finished this phase. */
  segments: number;
  /** Summed over the workers; of `pages`, of the whole phase. */
  workerSeconds: number;
  firstAt: number | undefined;
  lastAt: number | undefined;
}

export class SeedProgress {
  readonly phases: Record<SeedPhase, PhaseProgress>;
  readonly startedAt: number;
  segmentsDone = 0;

  /** @param now milliseconds of any monotonic clock */
  constructor(
    readonly segments: number,
    rowsInAll: Record<SeedPhase, number>,
    readonly segmentRows: (segment: number) => number,
    readonly now: () => number,
  ) {
    const phase = (rows: number): PhaseProgress => ({
      rows: 0,
      bytes: 0,
      rowsInAll: rows,
      segments: 0,
      workerSeconds: 0,
      firstAt: undefined,
      lastAt: undefined,
    });
    this.phases = {
      generate: phase(rowsInAll.generate),
      copy: phase(rowsInAll.copy),
      index: phase(rowsInAll.index),
      pages: phase(rowsInAll.pages),
    };
    this.startedAt = now();
  }

  take(message: WorkerMessage): void {
    if (message.type === 'segment-done') this.segmentsDone += 1;
    if (message.type !== 'progress' && message.type !== 'phase-done') return;
    const phase = this.phases[message.phase];
    const now = this.now();
    phase.lastAt = now;
    if (message.type === 'progress') {
      phase.firstAt ??= now;
      phase.rows += message.rows;
      phase.bytes += message.bytes;
      return;
    }
    phase.firstAt ??= now - message.seconds * 1000;
    phase.segments += 1;
    phase.workerSeconds += message.seconds;
    if (message.phase === 'index') phase.rows += this.segmentRows(message.segment);
  }

  /** @param missing how many pages were missing at the start */
  takePages({ pages, bytes, seconds }: FilledPages, missing: number): void {
    const phase = this.phases.pages;
    phase.lastAt = this.now();
    phase.firstAt ??= phase.lastAt - seconds * 1000;
    Object.assign(phase, { rows: pages, bytes, rowsInAll: missing, workerSeconds: seconds });
  }

  /**
   * From 0 to 1 over all phases. Copying a row takes four times as long as generating it, indexing
   * it twice as long, storing a page ten times.
   */
  get share(): number {
    let done = 0;
    let all = 0;
    for (const [name, weight] of PHASE_WEIGHTS) {
      done += this.phases[name].rows * weight;
      all += this.phases[name].rowsInAll * weight;
    }
    return all === 0 ? 1 : done / all;
  }

  get secondsGone(): number {
    return (this.now() - this.startedAt) / 1000;
  }

  /** Undefined until 2 % are done: an earlier value would be a guess. */
  get secondsLeft(): number | undefined {
    return this.share < 0.02 ? undefined : this.secondsGone * (1 / this.share - 1);
  }
}

const PHASE_WEIGHTS: [SeedPhase, number][] = [
  ['generate', 1],
  ['copy', 4],
  ['index', 2],
  ['pages', 10],
];
