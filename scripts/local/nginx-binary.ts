import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { canInstallDebianPackage, howToGet, installDebianPackage } from './debian-package';

/** The message when there is no Nginx and it cannot be installed. */
export const HOW_TO_GET_NGINX = `Nginx is not installed: ${howToGet('nginx')}`;

/** The folder where packages install it; /usr/sbin is not on the path of every user. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * The Nginx on the path. With `say`, installs it if there is none and root runs this on Debian or
 * Ubuntu. Undefined: there is no Nginx.
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
