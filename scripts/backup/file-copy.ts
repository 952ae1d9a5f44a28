import { chown, copyFile, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface CopiedFiles {
  files: number;
  bytes: number;
}

/**
 * Copies a folder with owners and modes, and flushes every file to the disk. It calls `keeps` with
 * each path, relative to `source`, and does not create folders that are left out. It ignores files
 * that vanish meanwhile: a running server drops tables.
 *
 * @throws the system's error otherwise
 */
export async function copyFolder(
  source: string,
  target: string,
  keeps: (relativePath: string) => boolean,
): Promise<CopiedFiles> {
  const copied: CopiedFiles = { files: 0, bytes: 0 };
  const copyInto = async (relative: string) => {
    await makeLike(path.join(source, relative), path.join(target, relative));
    for (const entry of await readdir(path.join(source, relative), { withFileTypes: true })) {
      const each = path.join(relative, entry.name);
      if (!keeps(each)) continue;
      if (entry.isDirectory()) await copyInto(each);
      else if (entry.isFile())
        await copyOne(path.join(source, each), path.join(target, each), copied);
    }
  };
  await copyInto('');
  return copied;
}

async function makeLike(source: string, target: string): Promise<void> {
  const { mode, uid, gid } = await stat(source);
  await mkdir(target, { recursive: true, mode: mode & 0o777 });
  await own(target, uid, gid);
}

async function copyOne(source: string, target: string, copied: CopiedFiles): Promise<void> {
  try {
    const { uid, gid } = await stat(source);
    await copyFile(source, target);
    await own(target, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const file = await open(target, 'r+');
  await file.sync();
  copied.files += 1;
  copied.bytes += (await file.stat()).size;
  await file.close();
}

/** Adds a file to a copied folder, with the owner of that folder. */
export async function addFile(folder: string, name: string, text: string): Promise<void> {
  const target = path.join(folder, name);
  await writeFile(target, text, { mode: 0o600, flush: true });
  const { uid, gid } = await stat(folder);
  await own(target, uid, gid);
}

/**
 * Only root may change the owner of a file. Other users own their copies, as they own the server's
 * files.
 */
async function own(target: string, uid: number, gid: number): Promise<void> {
  if (process.getuid?.() === 0) await chown(target, uid, gid);
}
