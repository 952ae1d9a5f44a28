import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { untilInterrupted } from '../../scripts/command/interruption';
import { runProgram } from '../../scripts/command/run-program';
import { describeMachine } from '../shared/machine';
import { openBenchDatabase } from './bench-database';
import { type BenchOptions, createBenchProgram } from './bench-options';
import { stopAllProcesses } from './contenders/start-processes';
import { runBench } from './run-bench';

async function bench(options: BenchOptions): Promise<void> {
  const machine = await describeMachine(); // its load before the benchmark
  const database = await openBenchDatabase(options);
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-bench-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  try {
    await untilInterrupted('stopped', (signal) =>
      Promise.race([runBench(options, database.url, machine, folder), untilAborted(signal)]),
    );
  } finally {
    await stopAllProcesses();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rejects when the user stops the run, so that its servers end with it. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

// A measurement may still be under way when the run fails or is stopped.
void runProgram(createBenchProgram(bench)).then(() => process.exit());
