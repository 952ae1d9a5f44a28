import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { temporaryFolder } from './temporary-folder';

/** Mounts a disk of this size, in memory, at `folder`. Needs root. @returns unmounts it */
export function mountSmallDisk(folder: string, size: string): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=777`, 'tmpfs', folder], {
    stdio: 'ignore',
  });
  return () => execFileSync('umount', ['--lazy', folder]);
}

/** `it`, or `it.skip` without the right to mount a disk. */
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
