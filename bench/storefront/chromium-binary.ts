import { accessSync, constants } from 'node:fs';
import path from 'node:path';

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
