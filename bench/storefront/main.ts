import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { count } from '../../scripts/command/option-values';
import { createOption, createProgram } from '../../scripts/command/program';
import { runProgram } from '../../scripts/command/run-program';
import { UserError } from '../../scripts/command/user-error';
import { packageRoot } from '../../src/platform/package-root';
import { describeMachine } from '../shared/machine';
import { median } from '../shared/statistics';
import { REVIEWS, serveBenchPage } from './bench-page';
import { findChromium, HOW_TO_GET_CHROMIUM } from './chromium-binary';
import { type PageTiming, SLOWDOWN, timePage } from './page-timing';

const program = createProgram('npm run bench:storefront --', {
  summary: `Measures what the reviews widget costs a page: bytes, main-thread time with ${REVIEWS} reviews on a processor ${SLOWDOWN} times slower, and layout shift.`,
  notes: 'It needs a Chromium on the path, and no database.',
  examples: ['npm run bench:storefront', 'npm run bench:storefront -- --rounds 3'],
})
  .addOption(
    createOption('--rounds <number>', 'page loads; the report shows medians')
      .argParser(count(100))
      .default(11),
  )
  .action(run);

async function run({ rounds }: { rounds: number }): Promise<void> {
  const executablePath = findChromium();
  if (!executablePath) throw new UserError(`no benchmark: ${HOW_TO_GET_CHROMIUM}`);
  const page = await serveBenchPage();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const timings: PageTiming[] = [];
    await timePage(browser, page.url); // the first one also fills the browser's caches
    for (let round = 0; round < rounds; round += 1) timings.push(await timePage(browser, page.url));
    const { processor, loadBefore } = await describeMachine();
    process.stdout.write(
      `${[
        `${processor}, load ${loadBefore}, ${browser.version()}, ${rounds} rounds`,
        `bytes, gzip             ${bytesOf(/^starling-reviews\.js$|^widget-.*\.js$/)} script + ${bytesOf(/^starling-reviews\.css$/)} styles`,
        `make ${REVIEWS} reviews work    ${range(timings.map((each) => each.enhanceMs))} ms of the main thread`,
        `render ${REVIEWS} more          ${range(timings.map((each) => each.showMoreMs))} ms`,
        `layout shift            ${Math.max(...timings.map((each) => each.layoutShift))}`,
      ].join('\n')}\n`,
    );
  } finally {
    await browser.close();
    page.close();
  }
}

/** `21.4 (19.0–25.3)`: the median, the least and the most. */
function range(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(1)} (${least.toFixed(1)}–${most.toFixed(1)})`;
}

function bytesOf(name: RegExp): number {
  const folder = path.join(packageRoot, 'storefront', 'dist');
  const files = readdirSync(folder).filter((file) => name.test(file));
  const sizes = files.map((file) => gzipSync(readFileSync(path.join(folder, file))).length);
  return sizes.reduce((sum, size) => sum + size, 0);
}

void runProgram(program);
