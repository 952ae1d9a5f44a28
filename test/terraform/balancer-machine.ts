import { type ChildProcess, execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { freePorts } from '../../scripts/local/free-ports';
import { packageRoot } from '../../src/platform/package-root';
import { requireNginx } from '../support/nginx';
import { temporaryFolder } from '../support/temporary-folder';

export interface Ran {
  code: number;
  output: string;
}

/**
 * The machine of Nginx, as terraform/machines.tf creates it, in a folder: its scripts, the templates
 * and a real Nginx. This process plays the instances, on loopback addresses.
 */
export class BalancerMachine {
  readonly folder = temporaryFolder('balancer');
  readonly #instances = new Map<string, Server>();
  port = 0;
  instancePort = 0;

  async start(
    addresses: readonly string[],
    answer: (address: string) => Parameters<typeof createServer>[1],
  ) {
    const [port, statusPort, instancePort] = (await freePorts(3)) as [number, number, number];
    Object.assign(this, { port, instancePort });
    for (const address of addresses) {
      const server = createServer(answer(address)!);
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(instancePort, address, resolve),
      );
      this.#instances.set(address, server);
    }

    const machine = path.join(packageRoot, 'terraform', 'machine');
    cpSync(path.join(machine, 'nginx'), this.#at('scripts'), { recursive: true });
    cpSync(path.join(packageRoot, 'nginx', 'templates'), this.#at('templates'), {
      recursive: true,
    });
    for (const folder of ['run', 'log']) mkdirSync(this.#at(folder), { mode: 0o755 });
    const settings = {
      PORT: instancePort,
      TEMPLATES: this.#at('templates'),
      RUN_DIR: this.#at('run'),
    };
    writeFileSync(this.#at('machine.env'), lines(settings));
    const servers = addresses
      .map((address) => `server ${address}:${instancePort} max_fails=3 fail_timeout=1s;`)
      .join(' ');
    writeFileSync(
      this.#at('run/environment'),
      lines({
        NGINX_LISTEN: `127.0.0.1:${port}`,
        NGINX_STATUS_LISTEN: `127.0.0.1:${statusPort}`,
        NGINX_WORKERS: 2,
        NGINX_RUN_DIR: this.#at('cache'),
        NGINX_TEMP_DIR: this.#at('temp'),
        NGINX_ACCESS_LOG: this.accessLog,
        NGINX_ERROR_LOG: this.#at('log/error.log'),
        NGINX_LIMIT_RATE: '2000r/s',
        NGINX_LIMIT_BURST: 4000,
        NGINX_TRUSTED_PEERS: 'set_real_ip_from 10.83.10.0/24; set_real_ip_from 10.83.11.0/24;',
        NGINX_INSTANCE_SERVERS: servers,
        NGINX_WRITER_SERVERS: servers,
      }),
    );
    const rendered = await this.run('render.sh');
    if (rendered.code !== 0) throw new Error(rendered.output);
    this.#startNginx();
  }

  get accessLog(): string {
    return this.#at('log/access.log');
  }

  /** A file of the configuration that Nginx uses. */
  configuration(file: string): string {
    return readFileSync(this.#at(`run/nginx/${file}`), 'utf8');
  }

  run(script: string, ...args: string[]): Promise<Ran> {
    return new Promise((resolve) => {
      const child: ChildProcess = execFile(
        'sh',
        [this.#at(`scripts/${script}`), ...args],
        { env: this.#environment() },
        (_error, stdout, stderr) => resolve({ code: child.exitCode!, output: stdout + stderr }),
      );
    });
  }

  setTemplate(name: string, text: string): void {
    writeFileSync(this.#at(`templates/${name}`), text);
  }

  async stop(): Promise<void> {
    // Stops it by its process id, because `nginx -s stop` would need a complete configuration.
    const pidFile = this.#at('cache/nginx.pid');
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGTERM');
    for (const server of this.#instances.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #startNginx(): void {
    const { status, stderr } = spawnSync(requireNginx(), ['-c', this.#at('run/nginx/nginx.conf')], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`nginx: ${stderr}`);
  }

  #at(file: string): string {
    return path.join(this.folder, file);
  }

  #environment(): NodeJS.ProcessEnv {
    const PATH = `${path.dirname(requireNginx())}${path.delimiter}${process.env.PATH}`;
    return { ...process.env, PATH, MACHINE_ENV: this.#at('machine.env'), WATCH_S: '3' };
  }
}

function lines(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      name.startsWith('NGINX_') ? `${name}=${value}\n` : `${name}='${value}'\n`,
    )
    .join('');
}
