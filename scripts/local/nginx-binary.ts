import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Said when there is no Nginx and it cannot be installed here. */
export const HOW_TO_GET_NGINX =
  process.platform === 'darwin'
    ? 'Nginx is not installed; `brew install nginx` gets it'
    : 'Nginx is not installed; `sudo apt-get install nginx` (or your system’s own way) gets it';

/** Where packages put it; /usr/sbin is not on the path of everybody. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];
const POLICY = '/usr/sbin/policy-rc.d';

/** The Nginx on the path; on Debian or Ubuntu as root it is installed if there is none. Undefined: there is none to be had. */
export function obtainNginx(say: (line: string) => void): string | undefined {
  const present = findNginx();
  if (present) return present;
  if (!canInstall()) return undefined;
  say('installing Nginx (apt-get install nginx); its service is not started');
  if (!installNginx()) say('apt-get could not install Nginx');
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

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/**
 * Debian starts a service as soon as its package is installed, which would take port 80. policy-rc.d is how it is told
 * not to; where a machine has one of its own already, that machine has decided.
 */
function installNginx(): boolean {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return aptGet('install', '-y', '--no-install-recommends', 'nginx') || refreshAndInstall();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

/** A fresh machine, or a fresh container, has no package lists, or old ones. */
function refreshAndInstall(): boolean {
  return aptGet('update', '-q') && aptGet('install', '-y', '--no-install-recommends', 'nginx');
}

function aptGet(...args: string[]): boolean {
  const { status } = spawnSync('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=60', ...args], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
