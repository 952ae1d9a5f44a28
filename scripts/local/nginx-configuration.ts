import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';

/** The variables of nginx/templates/; nginx/container.env explains each. */
export type NginxValues = Record<
  | 'NGINX_LISTEN'
  | 'NGINX_STATUS_LISTEN'
  | 'NGINX_WORKERS'
  | 'NGINX_RUN_DIR'
  | 'NGINX_TEMP_DIR'
  | 'NGINX_ACCESS_LOG'
  | 'NGINX_ERROR_LOG'
  | 'NGINX_LIMIT_RATE'
  | 'NGINX_LIMIT_BURST'
  | 'NGINX_TRUSTED_PEERS'
  | 'NGINX_INSTANCE_SERVERS'
  | 'NGINX_WRITER_SERVERS',
  string
>;

const NGINX_TEMPLATES = path.join(packageRoot, 'nginx', 'templates');
const SUFFIX = '.template';

/**
 * Fills in the templates as the official image's envsubst does: only `${NGINX_…}`, never Nginx's
 * own `$variables`.
 *
 * @returns the path of nginx.conf in `folder`
 * @throws Error when a template names a value that is not given
 */
export function renderNginxConfiguration(values: NginxValues, folder: string): string {
  const templates = readdirSync(NGINX_TEMPLATES, { recursive: true, encoding: 'utf8' });
  for (const name of templates.filter((file) => file.endsWith(SUFFIX))) {
    const target = path.join(folder, name.slice(0, -SUFFIX.length));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(
      target,
      fillIn(readFileSync(path.join(NGINX_TEMPLATES, name), 'utf8'), values, name),
    );
  }
  return path.join(folder, 'nginx.conf');
}

function fillIn(template: string, values: Record<string, string>, name: string): string {
  return template.replace(/\$\{(NGINX_[A-Z_]+)\}/g, (_placeholder, key: string) => {
    const value = values[key];
    if (value === undefined)
      throw new Error(`nginx/templates/${name} needs ${key}, which is not given`);
    return value;
  });
}

/**
 * The number of instances that take writes: two, so that one that hangs does not block all writes.
 */
const WRITERS = 2;

/**
 * The `server` lines of the two upstreams. instances.conf explains the numbers and the second
 * upstream.
 */
export function instanceServers(
  ports: readonly number[],
): Pick<NginxValues, 'NGINX_INSTANCE_SERVERS' | 'NGINX_WRITER_SERVERS'> {
  const servers = ports.map((port) => `server 127.0.0.1:${port} max_fails=3 fail_timeout=1s`);
  const writers = servers.map((server, index) => (index < WRITERS ? server : `${server} backup`));
  return { NGINX_INSTANCE_SERVERS: toLines(servers), NGINX_WRITER_SERVERS: toLines(writers) };
}

function toLines(servers: readonly string[]): string {
  return servers.map((server) => `${server};`).join('\n  ');
}
