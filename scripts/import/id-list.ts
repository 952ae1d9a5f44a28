import { closeSync, renameSync, rmSync, writeSync } from 'node:fs';
import { openReport, removeReport } from './refusal-report';
import type { JoinedReview } from './staged/staged-rows';

const HEADER = 'old_id,new_id\n';

/**
 * A CSV file of the old and new ids of reviews that could not keep theirs. It gets its name when
 * the reviews are committed. Until then it is a `.part`, which a failed import removes.
 */
export class IdList {
  #descriptor: number | undefined;
  #isEmpty = true;
  readonly #part: string;

  /** @throws UserError when the file exists and is not such a list, or cannot be removed */
  constructor(readonly file: string) {
    this.#part = `${file}.part`;
    for (const old of [file, this.#part]) removeReport(old, HEADER);
  }

  /** Passes reviews on and writes their ids. Each call begins the list again. */
  async *note(reviews: AsyncIterable<JoinedReview>): AsyncGenerator<JoinedReview> {
    this.discard();
    this.#descriptor = openReport(this.#part);
    this.#isEmpty = true;
    let lines = HEADER;
    for await (const review of reviews) {
      this.#isEmpty = false;
      lines += `${review.key},${review.review_id}\n`;
      if (lines.length > 64 << 10) {
        writeSync(this.#descriptor, lines);
        lines = '';
      }
      yield review;
    }
    writeSync(this.#descriptor, lines);
  }

  /** @returns the file; undefined when the reviews kept their ids or there are none */
  publish(): string | undefined {
    if (this.#isEmpty) this.discard();
    if (this.#descriptor === undefined) return undefined;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    renameSync(this.#part, this.file);
    return this.file;
  }

  discard(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#part, { force: true });
  }
}
