import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { hasWrk } from '../../bench/http/load/wrk';
import { findChromium, HOW_TO_GET_CHROMIUM } from '../../bench/storefront/chromium-binary';
import { obtainValkey } from '../../bench/throttle/valkey-server';
import { howToGet } from '../../scripts/local/debian-package';
import { obtainNginx } from '../../scripts/local/nginx-binary';
import { packageRoot } from '../../src/platform/package-root';
import { findK6, HOW_TO_GET_K6 } from '../k6/k6-binary';
import { HOW_TO_GET_TERRAFORM, installedTerraform } from '../terraform/terraform-checkout';

const NEXTJS_EXAMPLE = path.join(packageRoot, 'storefront', 'examples', 'nextjs');

type Say = (line: string) => void;

interface Program {
  /** Its path, or another true value if it is there. `say` is given if it may be installed. */
  obtain(say?: Say): string | undefined;
  /** One line: what is missing, and how to get it. */
  howToGet: string;
}

/** Programs that some tests need and npm does not install. */
const PROGRAMS = {
  nginx: { obtain: obtainNginx, howToGet: `Nginx is not installed: ${howToGet('nginx')}` },
  valkey: {
    obtain: obtainValkey,
    howToGet: `neither Valkey nor Redis is installed: ${howToGet('redis-server')}`,
  },
  chromium: { obtain: findChromium, howToGet: HOW_TO_GET_CHROMIUM },
  curl: {
    obtain: () => (spawnSync('curl', ['--version']).status === 0 ? 'curl' : undefined),
    howToGet: `curl is not installed: ${howToGet('curl')}`,
  },
  wrk: {
    obtain: () => (hasWrk() ? 'wrk' : undefined),
    howToGet: `wrk is not installed: ${howToGet('wrk')}`,
  },
  terraform: { obtain: installedTerraform, howToGet: HOW_TO_GET_TERRAFORM },
  php: {
    obtain: () => (spawnSync('php', ['--version']).status === 0 ? 'php' : undefined),
    howToGet: `PHP is not installed: ${howToGet('php-cli')}`,
  },
  nextjs: {
    obtain: () =>
      existsSync(path.join(NEXTJS_EXAMPLE, 'node_modules', 'next')) ? 'next' : undefined,
    howToGet:
      'the Next.js example is not installed (300 MB): npm install --no-package-lock --prefix storefront/examples/nextjs',
  },
  k6: { obtain: findK6, howToGet: HOW_TO_GET_K6 },
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

/**
 * `describe` if the program is there; otherwise the tests are skipped, and the title says why.
 */
export function describeWith(name: ProgramName, title: string, body: () => void): void {
  const { obtain, howToGet: reason }: Program = PROGRAMS[name];
  if (obtain()) describe(title, body);
  else describe.skip(`${title} (skipped: ${reason})`, body);
}

/**
 * Runs before the tests. Installs the programs that it can and says so. For each other missing
 * program it says once how to get it.
 */
export function obtainPrograms(say: Say): void {
  for (const { obtain, howToGet: reason } of Object.values<Program>(PROGRAMS)) {
    if (!obtain(say)) say(`some tests are skipped: ${reason}`);
  }
}
