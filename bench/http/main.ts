import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failureLine } from '../../scripts/command/failure-line';
import { describeMachine } from '../shared/machine';
import { openBenchDatabase } from './bench-database';
import { BENCH_HELP, type BenchOptions, parseBenchOptions } from './bench-options';
import { runBench } from './run-bench';

async function main(): Promise<void> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(BENCH_HELP);
  else await bench(options);
}

async function bench(options: BenchOptions): Promise<void> {
  const machine = await describeMachine(); // its load before the benchmark
  const database = await openBenchDatabase(options);
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-bench-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  try {
    await runBench(options, database.url, machine, folder);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`npm run bench: ${failureLine(error)}\n`);
  process.exitCode = 1;
});
