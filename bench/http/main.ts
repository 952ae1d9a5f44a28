import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failureLine } from '../../scripts/command/failure-line';
import { Refusal } from '../../scripts/command/refusal';
import { describeMachine } from '../shared/machine';
import { openBenchDatabase } from './bench-database';
import { BENCH_HELP, type BenchOptions, parseBenchOptions } from './bench-options';
import { stopAllProcesses } from './contenders/start-processes';
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
    await Promise.race([runBench(options, database.url, machine, folder), untilInterrupted()]);
  } finally {
    await stopAllProcesses();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rejects at the first SIGINT or SIGTERM, so that the servers of the run end with it. */
function untilInterrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Refusal('stopped')));
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`npm run bench: ${failureLine(error)}\n`);
  process.exit(1); // a measurement may still be under way
});
