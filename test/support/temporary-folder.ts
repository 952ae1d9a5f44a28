import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A folder that other users may pass through: Nginx's workers and PostgreSQL run as other users when
 * root runs the tests.
 */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `starling-${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
