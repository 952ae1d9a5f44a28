import { count, duration } from '../shared/figures';
import type { PhaseProgress, SeedProgress } from './seed-progress';

/** Displays the progress of a load. */
export interface Display {
  /** Prints a line that stays. */
  say(line: string): void;
  show(progress: SeedProgress): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

/** The part of a stream that the display uses. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5_000;

export const silentDisplay: Display = { say() {}, show() {}, end() {} };

/** Redraws bars on a terminal; elsewhere prints one line every five seconds. */
export function createDisplay(output: Output): Display {
  return output.isTTY ? new Bars(output) : new PlainLines(output);
}

class PlainLines implements Display {
  #next: number | undefined;

  constructor(readonly output: Output) {}

  say(line: string): void {
    this.output.write(`${line}\n`);
  }

  show(progress: SeedProgress): void {
    const now = progress.now();
    this.#next ??= now + PLAIN_LINE_MS;
    if (now < this.#next) return;
    this.#next = now + PLAIN_LINE_MS;
    this.say(plainLine(progress));
  }

  end(): void {}
}

class Bars implements Display {
  #next = 0;
  #linesDrawn = 0;
  #last: SeedProgress | undefined;

  constructor(readonly output: Output) {}

  say(line: string): void {
    this.#clear();
    this.output.write(`${line}\n`);
  }

  show(progress: SeedProgress): void {
    this.#last = progress;
    const now = progress.now();
    if (now < this.#next) return;
    this.#next = now + REDRAW_MS;
    this.#draw();
  }

  end(): void {
    if (this.#last) this.#draw();
    this.#last = undefined;
    this.#linesDrawn = 0;
  }

  #draw(): void {
    const lines = barLines(this.#last!, this.output.columns ?? 80);
    this.#clear();
    this.output.write(`${lines.join('\n')}\n`);
    this.#linesDrawn = lines.length;
  }

  #clear(): void {
    if (this.#linesDrawn > 0) this.output.write(`\x1b[${this.#linesDrawn}A\x1b[0J`);
    this.#linesDrawn = 0;
  }
}

const TITLES = {
  generate: 'Writing',
  copy: 'Loading',
  index: 'Indexing',
  pages: 'Pages',
} as const;
type PhaseName = keyof typeof TITLES;

/** One line per phase, narrower than the terminal, and one for the whole load. */
export function barLines(progress: SeedProgress, columns: number): string[] {
  const names = (Object.keys(TITLES) as PhaseName[]).filter(
    (name) => progress.phases[name].rowsInAll > 0,
  );
  const lines = names.map((name) =>
    barLine(TITLES[name], progress.phases[name], progress.now(), columns),
  );
  const left = progress.secondsLeft;
  const whole =
    `${progress.segmentsDone} of ${progress.segments} segments, ${duration(progress.secondsGone)} gone` +
    (left === undefined ? '' : `, about ${duration(left)} left`);
  return [...lines, ` ${whole}`].map((line) => line.slice(0, columns - 1));
}

function barLine(title: string, phase: PhaseProgress, now: number, columns: number): string {
  const share = Math.min(1, phase.rows / phase.rowsInAll);
  const done = phase.rows >= phase.rowsInAll;
  const seconds =
    phase.firstAt === undefined ? 0 : ((done ? phase.lastAt! : now) - phase.firstAt) / 1000;
  const figures =
    seconds < 0.5
      ? ''
      : `  ${count(phase.rows / seconds)} rows/s${phase.bytes > 0 ? `  ${Math.round(phase.bytes / seconds / 1e6)} MB/s` : ''}`;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return ` ${title.padEnd(8)}  ${bar(share, Math.max(10, Math.min(40, columns - 50)))} ${percent} %${figures}`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar, filled in steps of an eighth of a character. */
export function bar(share: number, width: number): string {
  const eighths = Math.floor(share * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return filled + '░'.repeat(width - filled.length);
}

export function plainLine(progress: SeedProgress): string {
  const parts = (Object.keys(TITLES) as PhaseName[])
    .filter((name) => progress.phases[name].rowsInAll > 0)
    .map((name) => {
      const { rows, rowsInAll } = progress.phases[name];
      return `${TITLES[name].toLowerCase()} ${count(rows)} of ${count(rowsInAll)}`;
    });
  const left = progress.secondsLeft;
  return `${parts.join(', ')}${left === undefined ? '' : `; about ${duration(left)} left`}`;
}
