import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';

/** The command that installs a package, by its Debian name: one line for a user. */
export function howToGet(name: string): string {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (process.platform === 'darwin') return `brew install ${name.replace(/-server$/, '')}`;
  const [, command] = PACKAGE_TOOLS.find(([sign]) => existsSync(sign)) ?? [];
  return command ? `${sudo}${command} ${name}` : `your system's package ${name}`;
}

/** Whether this is such a system, by a file that only they have. */
const PACKAGE_TOOLS: readonly (readonly [string, string])[] = [
  ['/usr/bin/apt-get', 'apt-get install'],
  ['/usr/bin/dnf', 'dnf install'],
  ['/sbin/apk', 'apk add'],
  ['/usr/bin/pacman', 'pacman -S'],
  ['/usr/bin/zypper', 'zypper install'],
];

/** Whether this can install packages without asking: root on Debian or a derivative. */
export function canInstallDebianPackage(): boolean {
  return (
    process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
  );
}

/**
 * Installs a package without starting its service, which Debian would start on its usual port. A
 * policy-rc.d prevents that; if the machine has its own, that one decides. It prints a line before
 * it begins.
 *
 * @returns whether the package is installed
 */
export function installDebianPackage(name: string, say: (line: string) => void): boolean {
  say(`installing ${name} as root (apt-get install ${name}) without starting its service`);
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install(name) || (aptGet('update', '-q') && install(name)); // a fresh machine has no package lists, or old ones
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}

function install(name: string): boolean {
  return aptGet('install', '-y', '--no-install-recommends', name);
}

function aptGet(...args: string[]): boolean {
  const { status } = spawnSync('/usr/bin/apt-get', ['-o', 'DPkg::Lock::Timeout=60', ...args], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
