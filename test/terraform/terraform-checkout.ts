import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { temporaryFolder } from '../support/temporary-folder';
import type { PlantedError } from './planted-errors';

/** The hint when Terraform is missing. */
export const HOW_TO_GET_TERRAFORM =
  'Terraform is not on the path, so terraform/ is not checked: get 1.11 or newer from https://developer.hashicorp.com/terraform/install';

const HERE = path.join(packageRoot, 'test', 'terraform');
const SOURCES = { aws: 'hashicorp/aws', newrelic: 'newrelic/newrelic' } as const;
/** For one call; a busy machine needs ten seconds for the largest. */
const RUN_TIMEOUT_MS = 120_000;

export interface Ran {
  code: number | null;
  /** Standard output, then standard error. */
  output: string;
}

/** The installed Terraform's platform (`linux_amd64`); undefined if it is missing. */
export function installedTerraform(): string | undefined {
  const { status, stdout } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as { platform: string }).platform : undefined;
}

/**
 * A copy of terraform/ and of the files that it reads, which a test may change. Its providers come
 * from a mirror in the file system and are schema-provider.mts. Nothing is downloaded.
 */
export class TerraformCheckout {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(platform: string) {
    const root = temporaryFolder('terraform');
    for (const part of ['terraform', 'nginx/templates', 'storefront/dist']) {
      cpSync(path.join(packageRoot, part), path.join(root, part), {
        recursive: true,
        filter: (source) => !source.includes('.terraform'),
      });
    }
    this.folder = path.join(root, 'terraform');
    const configuration = path.join(root, 'terraform.rc');
    const mirror = path.join(root, 'mirror');
    for (const [name, source] of Object.entries(SOURCES))
      install(name, path.join(mirror, 'registry.terraform.io', source), platform);
    writeFileSync(
      configuration,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    this.#environment = {
      ...process.env,
      TF_CLI_CONFIG_FILE: configuration,
      TF_DISABLE_PLUGIN_TLS: '1',
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
    };
  }

  /** @param module a folder below terraform/ that is a root of its own */
  run(args: readonly string[], module = '.'): Ran {
    const { status, stdout, stderr, error } = spawnSync('terraform', [...args, '-no-color'], {
      cwd: path.join(this.folder, module),
      env: this.#environment,
      encoding: 'utf8',
      timeout: RUN_TIMEOUT_MS,
    });
    if (error) throw error;
    return { code: status, output: stdout + stderr };
  }

  /** @throws when `before` is not in the file, because the error would then not be planted */
  plant({ file, before, after }: Pick<PlantedError, 'file' | 'before' | 'after'>): void {
    const target = path.join(this.folder, file);
    const text = readFileSync(target, 'utf8');
    if (!text.includes(before)) throw new Error(`${file} does not hold: ${before}`);
    writeFileSync(
      target,
      text.replaceAll(before, () => after),
    );
  }

  remove(): void {
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
  }

  /** Restores a file from the repository. */
  restore(file: string): void {
    cpSync(path.join(packageRoot, 'terraform', file), path.join(this.folder, file));
  }
}

/** Writes a provider's executable to Terraform's place in the mirror: this Node with the schema. */
function install(name: string, folder: string, platform: string): void {
  const schema = path.join(HERE, 'schemas', `${name}.json`);
  const { version } = JSON.parse(readFileSync(schema, 'utf8')) as { version: string };
  const target = path.join(folder, version, platform);
  mkdirSync(target, { recursive: true });
  const executable = path.join(target, `terraform-provider-${name}_v${version}`);
  writeFileSync(
    executable,
    `#!/bin/sh\nexec '${process.execPath}' '${path.join(HERE, 'schema-provider.mts')}' '${schema}'\n`,
  );
  chmodSync(executable, 0o755);
}
