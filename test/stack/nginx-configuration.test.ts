import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  instanceServers,
  type NginxValues,
  renderNginxConfiguration,
} from '../../scripts/local/nginx-configuration';
import { packageRoot } from '../../src/platform/package-root';
import { requireNginx } from '../support/nginx';
import { describeWith } from '../support/programs';
import { temporaryFolder } from '../support/temporary-folder';

describeWith('nginx', 'the configuration of Nginx', () => {
  let folder: string;

  beforeEach(() => {
    folder = temporaryFolder('nginx-t');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function test(values: NginxValues) {
    const run = path.join(folder, 'run');
    mkdirSync(run);
    const configuration = renderNginxConfiguration(values, path.join(folder, 'conf'));
    // A file, because Nginx cannot open /dev/stderr when it is one of Node's sockets.
    const said = path.join(folder, 'said');
    const output = openSync(said, 'w');
    const { status } = spawnSync(
      requireNginx(),
      ['-t', '-p', run, '-c', configuration, '-e', 'stderr'],
      {
        stdio: ['ignore', output, output],
      },
    );
    closeSync(output);
    return { status, stderr: readFileSync(said, 'utf8') };
  }

  function local(): NginxValues {
    return {
      NGINX_LISTEN: '127.0.0.1:18080',
      NGINX_STATUS_LISTEN: '127.0.0.1:18181',
      NGINX_WORKERS: '2',
      NGINX_RUN_DIR: path.join(folder, 'run'),
      NGINX_TEMP_DIR: path.join(folder, 'run', 'temp'),
      NGINX_ACCESS_LOG: path.join(folder, 'access.log'),
      NGINX_ERROR_LOG: path.join(folder, 'error.log'),
      NGINX_LIMIT_RATE: '2000r/s',
      NGINX_LIMIT_BURST: '4000',
      NGINX_TRUSTED_PEERS: '',
      ...instanceServers([18081, 18082, 18083]),
    };
  }

  it('is valid as npm start renders it', () => {
    const { status, stderr } = test(local());

    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('test is successful'),
    });
    expect(stderr).not.toMatch(/\[warn\]/);
  });

  it('is valid as the containers render it', () => {
    const { status, stderr } = test({
      ...(containerValues() as NginxValues),
      // A folder of the image, which does not exist here.
      NGINX_RUN_DIR: path.join(folder, 'run'),
      NGINX_TEMP_DIR: path.join(folder, 'run', 'temp'),
    });

    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('test is successful'),
    });
    expect(stderr).not.toMatch(/\[warn\]/);
  });

  it('is valid in folders whose names have spaces and special characters', () => {
    const spelled = path.join(folder, 'my shop; (new)');
    mkdirSync(spelled);
    const { status, stderr } = test({
      ...local(),
      NGINX_RUN_DIR: spelled,
      NGINX_TEMP_DIR: path.join(spelled, 'temp'),
      NGINX_ACCESS_LOG: path.join(spelled, 'access.log'),
      NGINX_ERROR_LOG: path.join(spelled, 'error.log'),
    });

    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('test is successful'),
    });
  });

  it('is valid behind a CDN', () => {
    const { status } = test({ ...local(), NGINX_TRUSTED_PEERS: 'set_real_ip_from 10.0.0.0/8;' });

    expect(status).toBe(0);
  });

  it('has no open placeholder in the containers, and its rendering names a missing value', () => {
    const { NGINX_LISTEN: _listen, ...incomplete } = containerValues();

    expect(() => renderNginxConfiguration(incomplete as NginxValues, folder)).toThrow(
      'needs NGINX_LISTEN, which is not given',
    );
  });
});

function containerValues(): Record<string, string> {
  const lines = readFileSync(path.join(packageRoot, 'nginx', 'container.env'), 'utf8').split('\n');
  const pairs = lines
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => /^([A-Z_]+)=(.*)$/.exec(line)!);
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}
