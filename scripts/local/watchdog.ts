import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import type { DataFolder } from './data-folder';

export interface Watchdog {
  pid: number | undefined;
  /** Tells it that everything has stopped in order; it ends and does nothing. */
  dismiss(): void;
}

/**
 * A process that outlives this one, even after kill -9 or a crash, and then ends the recorded
 * processes in order. It is a shell that waits on a pipe, so it costs a megabyte. Only if the pipe
 * closes without a message does it start Node for the work (leftovers-worker.ts). It has its own
 * session, so signals to the group or from the terminal do not reach it.
 */
export function startWatchdog(folder: DataFolder): Watchdog {
  const worker = path.join(packageRoot, 'dist', 'scripts', 'local', 'leftovers-worker.js');
  const log = openSync(path.join(folder.logs, 'watchdog.log'), 'a');
  const shell = spawn(
    'sh',
    ['-c', 'read -r word || exec "$@"', 'sh', process.execPath, worker, folder.path],
    {
      cwd: folder.path,
      stdio: ['pipe', log, log],
      detached: true,
    },
  );
  closeSync(log);
  const pipe = shell.stdin as Socket;
  shell.on('error', () => {}); // no shell: the next start ends the processes
  pipe.on('error', () => {}); // it was killed
  shell.unref();
  pipe.unref();
  return { pid: shell.pid, dismiss: () => void pipe.end('done\n') };
}
