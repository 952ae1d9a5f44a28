import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { temporaryFolder } from './temporary-folder';

/** Makes `folder` a disk of this size, in memory. Needs root. @returns how to take it away again */
export function mountSmallDisk(folder: string, size: string): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  return () => execFileSync('umount', ['--lazy', folder]);
}

/** `it`, or `it.skip` for who may mount none. */
export function itOnASmallDisk(): typeof it.skip {
  const folder = temporaryFolder('mount');
  try {
    mountSmallDisk(folder, '64k')();
    return it;
  } catch {
    return it.skip;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
