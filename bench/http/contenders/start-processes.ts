import { type ProcessSpec, SupervisedProcess } from '../../../scripts/local/supervised-process';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const UNRECORDED = { add() {}, remove() {} };

const running = new Set<() => Promise<void>>();

/** For an interrupted run: ends what `startProcesses` started and nobody stopped. */
export async function stopAllProcesses(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

/**
 * Starts all of them at once; `stop` ends them in the opposite order.
 *
 * @throws one line when one does not start; the others are then stopped
 */
export async function startProcesses(
  specs: readonly ProcessSpec[],
): Promise<{ pids: number[]; stop(): Promise<void> }> {
  const processes = specs.map(
    (spec) => new SupervisedProcess(spec, UNRECORDED, (line) => process.stderr.write(`${line}\n`)),
  );
  const stop = async () => {
    running.delete(stop);
    for (const each of processes.toReversed()) await each.stop(STOP_TIMEOUT_MS);
  };
  running.add(stop);
  const { signal } = new AbortController();
  try {
    await Promise.all(processes.map((each) => each.start(START_TIMEOUT_MS, signal)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pids: processes.map(({ pid }) => pid!), stop };
}
