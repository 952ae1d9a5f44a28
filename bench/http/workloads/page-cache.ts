import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * Empties the kernel's page cache, so that rows come from the disk. PostgreSQL's own
 * `shared_buffers` stay as they are. Slows down everything else on the machine.
 *
 * @throws one line when it may not
 */
export function dropPageCache(): void {
  execFileSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '1\n');
  } catch {
    throw new Error('--drop-page-cache needs root on Linux');
  }
}
