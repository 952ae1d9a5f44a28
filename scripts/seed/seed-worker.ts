import { existsSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Client } from 'pg';
import { createSegmentGenerator } from './review-generator';
import type { SeedPlan, SegmentPlan } from './seed-plan';
import { reviewsFile, summariesFile, WholeFile } from './segment-files';
import { appendSegment, buildSegment, connectLoader } from './segment-loader';

/**
 * A thread that generates and loads segments, one at a time: it writes the files of a segment, then
 * loads them. It holds its texts, one buffer per file and what is on its way to the server,
 * whatever the number of reviews.
 */
export interface WorkerOptions {
  plan: SeedPlan;
  dir: string;
  /** Undefined: files only. */
  databaseUrl: string | undefined;
  append: boolean;
  /** Added to the review ids of the files. */
  idOffset: number;
  /** False: the worker removes a segment's file of reviews as soon as it is loaded. */
  keepCsv: boolean;
}

/** To a worker: the next segment. `load` is false if only its files are wanted. */
export interface WorkerTask {
  segment: number;
  load: boolean;
}

export type WorkerPhase = 'generate' | 'copy' | 'index';

/** From a worker. `progress` counts what was added since the last message. */
export type WorkerMessage =
  | { type: 'progress'; phase: WorkerPhase; rows: number; bytes: number }
  | { type: 'phase-done'; phase: WorkerPhase; segment: number; seconds: number }
  | { type: 'segment-done'; segment: number }
  | { type: 'failed'; segment: number; message: string; code: string | undefined };

/** Rows per progress message: about ten messages per second. */
const PROGRESS_ROWS = 20_000;

const { plan, dir, databaseUrl, append, idOffset, keepCsv } = workerData as WorkerOptions;
const send = (message: WorkerMessage) => parentPort!.postMessage(message);
let client: Client | undefined;

parentPort!.on('message', (task: WorkerTask) => {
  const segment = plan.segments[task.segment - 1]!;
  makeAndLoad(segment, task.load).then(
    () => send({ type: 'segment-done', segment: segment.number }),
    (error: Error & { code?: string }) =>
      send({ type: 'failed', segment: segment.number, message: error.message, code: error.code }),
  );
});

async function makeAndLoad(segment: SegmentPlan, load: boolean): Promise<void> {
  if (!isWritten(segment.number, load)) {
    const started = performance.now();
    generate(segment);
    const seconds = (performance.now() - started) / 1000;
    send({ type: 'phase-done', phase: 'generate', segment: segment.number, seconds });
  }
  if (load && databaseUrl !== undefined) {
    client ??= await connectLoader(databaseUrl);
    await (append ? appendSegment : buildSegment)(client, {
      segment,
      segments: plan.segments,
      dir,
      idOffset,
      onProgress: (rows, bytes) => send({ type: 'progress', phase: 'copy', rows, bytes }),
      onPhaseDone: (phase, seconds) =>
        send({ type: 'phase-done', phase, segment: segment.number, seconds }),
    });
  }
  if (databaseUrl !== undefined && !keepCsv)
    rmSync(reviewsFile(dir, segment.number), { force: true });
}

/** A loaded segment needs only its summaries, not its reviews. */
function isWritten(segment: number, load: boolean): boolean {
  return (
    existsSync(summariesFile(dir, segment)) && (!load || existsSync(reviewsFile(dir, segment)))
  );
}

/** The file of reviews gets its name last: if it exists, the summaries are complete too. */
function generate(segment: SegmentPlan): void {
  rmSync(summariesFile(dir, segment.number), { force: true });
  const reviews = new WholeFile(reviewsFile(dir, segment.number));
  const summaries = new WholeFile(summariesFile(dir, segment.number));
  const nextProduct = createSegmentGenerator(plan, segment, {
    review: (line) => reviews.write(line),
    summary: (line) => summaries.write(line),
  });
  let rows = 0;
  let bytes = 0;
  for (let added = nextProduct(); added > 0; added = nextProduct()) {
    rows += added;
    if (rows < PROGRESS_ROWS) continue;
    send({ type: 'progress', phase: 'generate', rows, bytes: reviews.bytes - bytes });
    rows = 0;
    bytes = reviews.bytes;
  }
  summaries.finish();
  reviews.finish();
  send({ type: 'progress', phase: 'generate', rows, bytes: reviews.bytes - bytes });
}
