import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, rmSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './temporary-folder';

const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'chrome',
];

/**
 * Said where there is none. It is not installed by the tests: it is a hundred megabytes to fetch.
 */
export const HOW_TO_GET_CHROMIUM =
  'there is no Chromium on the path (sudo apt-get install chromium-headless-shell)';

export interface Browser {
  /** What it has said so far. */
  said(): string;
  close(): Promise<void>;
}

/** The Chromium or Chrome on the path. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Opens a page without a window and with a profile of its own. */
export function openPage(chromium: string, url: string): Browser {
  const profile = temporaryFolder('browser');
  const child = spawn(
    chromium,
    [
      '--headless',
      '--no-sandbox', // a container's root has none to give; the page is the test's own
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--no-first-run',
      '--remote-debugging-port=0', // or it ends when the page is loaded
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
