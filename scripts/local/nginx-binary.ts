import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackage, howToGet, installDebianPackage } from './debian-package';

/** Said when there is no Nginx and it cannot be installed here. */
export const HOW_TO_GET_NGINX = `Nginx is not installed: ${howToGet('nginx')}`;

/** Where packages put it; /usr/sbin is not on the path of everybody. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * The Nginx on the path; with `say`, it is installed on Debian or Ubuntu if root runs this and
 * there is none. Undefined: there is none to be had.
 */
export function obtainNginx(say?: (line: string) => void): string | undefined {
  const present = findNginx();
  if (present || !say || !canInstallDebianPackage()) return present;
  if (!installDebianPackage('nginx', say)) say('apt-get could not install Nginx');
  return findNginx();
}

function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...USUAL_FOLDERS];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, 'nginx'))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
