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
 * The hint when Chromium is missing. The tests do not install it: it is a download of a hundred
 * megabytes.
 */
export const HOW_TO_GET_CHROMIUM =
  'there is no Chromium on the path (sudo apt-get install chromium-headless-shell)';

export interface Browser {
  /** Its output so far. */
  said(): string;
  close(): Promise<void>;
}

/** The Chromium or Chrome in `PATH`. */
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
