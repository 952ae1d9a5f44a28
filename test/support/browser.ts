import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { temporaryFolder } from './temporary-folder';

export interface Browser {
  /** Its output so far. */
  said(): string;
  close(): Promise<void>;
}

/** Opens a page without a window and with a profile of its own. */
export function openPage(chromium: string, url: string): Browser {
  const profile = temporaryFolder('browser');
  const child = spawn(
    chromium,
    [
      '--headless',
      '--no-sandbox', // root in a container cannot use it; the page is the test's own
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      '--remote-debugging-port=0', // otherwise it ends after the page has loaded
      `--user-data-dir=${profile}`,
      url,
    ],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const exited = once(child, 'exit');
  return {
    said: () => said,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid!, 'SIGKILL');
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
