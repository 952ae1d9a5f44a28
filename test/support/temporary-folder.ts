import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * One that Nginx's workers and PostgreSQL, which are other users when root runs the tests, may pass
 * through.
 */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `starling-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
