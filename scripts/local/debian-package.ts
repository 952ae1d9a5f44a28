import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';

/** Whether packages can be installed here without asking anybody: root on Debian or one of its kin. */
export function canInstallDebianPackage(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/**
 * Installs a package, and does not start its service: Debian does so by itself, which would take its usual port. policy-rc.d is
 * how it is told not to; where a machine has one of its own already, that machine has decided.
 *
 * @returns whether it is installed
 */
export function installDebianPackage(name: string): boolean {
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
