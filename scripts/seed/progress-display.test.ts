import { bar, barLines, createDisplay, plainLine } from './progress-display';
import { SeedProgress } from './seed-progress';

describe('the progress of a load', () => {
  let now: number;
  let progress: SeedProgress;
  const ROWS = { generate: 2_000_000, copy: 2_000_000, index: 2_000_000, pages: 0 };

  beforeEach(() => {
    now = 0;
    progress = new SeedProgress(
      2,
      ROWS,
      () => 1_000_000,
      () => now,
    );
    progress.take({ type: 'progress', phase: 'generate', rows: 0, bytes: 0 });
    now = 10_000;
    progress.take({ type: 'progress', phase: 'generate', rows: 1_000_000, bytes: 500_000_000 });
    progress.take({ type: 'progress', phase: 'copy', rows: 500_000, bytes: 250_000_000 });
  });

  it('shows phase, bar, rate and time left in lines that fit the terminal', () => {
    const lines = barLines(progress, 100);

    expect(lines[0]).toMatch(/^ Writing {3}█{20}░{20} {2}50 % {2}100,000 rows\/s {2}50 MB\/s$/);
    expect(lines.at(-1)).toMatch(/^ 0 of 2 segments, 10 s gone, about 37 s left$/);
    for (const columns of [20, 40, 80])
      for (const line of barLines(progress, columns)) expect(line.length).toBeLessThan(columns);
  });

  it('is one line without a terminal', () => {
    expect(plainLine(progress)).toBe(
      'writing 1 M of 2 M, loading 500,000 of 2 M, indexing 0 of 2 M; about 37 s left',
    );
  });

  it('redraws its bars on a terminal, and writes no escape sequence elsewhere', () => {
    for (const isTTY of [true, false]) {
      let written = '';
      const display = createDisplay({ isTTY, columns: 80, write: (text) => (written += text) });
      for (now = 20_000; now < 40_000; now += 1_000) display.show(progress);
      display.end();
      expect(written.includes('\x1b[')).toBe(isTTY);
      expect(written.split('\n').length).toBeGreaterThan(3);
    }
  });

  it('does not guess the time left before 2 % are done', () => {
    const fresh = new SeedProgress(
      2,
      ROWS,
      () => 1_000_000,
      () => now,
    );
    expect(fresh.secondsLeft).toBeUndefined();
  });

  it('fills a bar by eighths of a character', () => {
    expect(bar(0, 4)).toBe('░░░░');
    expect(bar(0.5, 4)).toBe('██░░');
    expect(bar(0.53125, 4)).toBe('██▏░');
    expect(bar(1, 4)).toBe('████');
  });
});
