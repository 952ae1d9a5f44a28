import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerMessage, WorkerOptions, WorkerTask } from './seed-worker';

/**
 * Gives each free thread the next segment. The first failure ends all threads; segments that are
 * loaded by then stay loaded.
 *
 * @param onMessage gets every message but failures
 * @throws Error as the worker reported it, with its `code`
 */
export async function runWorkers(
  options: WorkerOptions & { workers: number; tasks: WorkerTask[]; signal: AbortSignal },
  onMessage: (message: WorkerMessage) => void,
): Promise<void> {
  const { workers, tasks, signal, ...workerData } = options;
  const waiting = [...tasks];
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, () =>
    startThread(workerData),
  );
  const stop = () => Promise.all(threads.map((thread) => thread.terminate()));
  try {
    await Promise.all(threads.map((thread) => work(thread, waiting, signal, onMessage)));
  } finally {
    await stop();
  }
}

/**
 * A thread's heap holds its texts (10 MB) and the data of a running COPY. The limits keep V8 from
 * letting it grow.
 */
function startThread(workerData: WorkerOptions): Worker {
  return new Worker(path.join(__dirname, 'seed-worker.js'), {
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 64 },
  });
}

function work(
  thread: Worker,
  waiting: WorkerTask[],
  signal: AbortSignal,
  onMessage: (message: WorkerMessage) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const task = waiting.shift();
      if (task) thread.postMessage(task);
      else resolve();
    };
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    thread.on('error', reject);
    thread.on('message', (message: WorkerMessage) => {
      if (message.type === 'failed') {
        waiting.length = 0;
        reject(Object.assign(new Error(message.message), { code: message.code }));
        return;
      }
      onMessage(message);
      if (message.type === 'segment-done') next();
    });
    next();
  });
}
