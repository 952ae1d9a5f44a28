import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts } from '../../scripts/local/free-ports';
import { packageRoot } from '../../src/platform/package-root';
import { describeWith } from '../support/programs';
import { temporaryFolder } from '../support/temporary-folder';

/**
 * The scripts of an instance's machine. Small scripts stand in for AWS's command line, Docker and
 * systemd. A container is a real process on a real port, and a real SIGTERM ends it.
 */
const MACHINE = path.join(packageRoot, 'terraform', 'machine');
const [OLD, NEW, BROKEN] = ['sha256:old', 'sha256:new', 'sha256:broken'] as const;

const CONTAINER = `
const [, , digest, port, accessLog] = process.argv;
const note = (line) => require('node:fs').appendFileSync(accessLog, line + '\\n');
const server = require('node:http').createServer((request, response) =>
  response.writeHead(digest === '${BROKEN}' ? 503 : 200).end(digest));
server.listen(Number(port), '127.0.0.1', () => note(digest + ' listens'));
process.on('SIGTERM', () => server.close(() => { note(digest + ' has drained'); process.exit(0); }));
`;
const SYSTEMCTL = `#!/bin/sh
case $1 in
  start)
    '${process.execPath}' "$STATE_DIR/container.cjs" "$(cat "$STATE_DIR/digest")" "$PORT" "$STATE_DIR/accessLog" > /dev/null 2>&1 &
    echo $! > "$STATE_DIR/pid" ;;
  stop)
    [ -f "$STATE_DIR/pid" ] || exit 0
    kill "$(cat "$STATE_DIR/pid")"
    while kill -0 "$(cat "$STATE_DIR/pid")" 2> /dev/null; do sleep 0.1; done
    rm "$STATE_DIR/pid" ;;
esac
`;
const AWS = `#!/bin/sh
case "$1 $2" in
  'ssm get-parameter') echo "$WANTED" ;;
  'ecr get-login-password') echo password ;;
  'ssm get-parameters-by-path') printf '%b' "$PARAMETER_LINES" ;;
esac
`;
const DOCKER = `#!/bin/sh
cat > /dev/null < /dev/null
echo "docker $*" >> "$STATE_DIR/accessLog"
case "$*" in *missing*) exit 1 ;; esac
`;

let folder: string;
let port: number;

beforeEach(async () => {
  folder = temporaryFolder('instance');
  [port] = (await freePorts(1)) as [number];
  mkdirSync(at('bin'));
  for (const [name, text] of Object.entries({ systemctl: SYSTEMCTL, aws: AWS, docker: DOCKER })) {
    writeFileSync(at(`bin/${name}`), text);
    chmodSync(at(`bin/${name}`), 0o755);
  }
  writeFileSync(at('container.cjs'), CONTAINER);
  writeFileSync(at('digest'), OLD);
  const settings = {
    AWS_REGION: 'eu-central-1',
    PARAMETERS: '/starling/app',
    IMAGE: 'registry.example.com/starling',
    IMAGE_DIGEST: '/starling/image-digest',
    PORT: port,
    STATE_DIR: folder,
    RUN_DIR: at('run'),
  };
  writeFileSync(
    at('machine.env'),
    Object.entries(settings)
      .map(([name, value]) => `export ${name}=${value}\n`)
      .join(''),
  );
});
afterEach(() => {
  spawnSync('sh', ['-c', '. "$0/machine.env"; "$0/bin/systemctl" stop', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (file: string) => path.join(folder, file);
const accessLog = () => readFileSync(at('accessLog'), 'utf8').trim().split('\n');
const serving = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();

function run(script: string, args: string[] = [], environment: Record<string, string> = {}) {
  const { status, stderr } = spawnSync('sh', [path.join(MACHINE, script), ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${at('bin')}${path.delimiter}${process.env.PATH}`,
      MACHINE_ENV: at('machine.env'),
      READY_WITHIN_S: '20',
      ...environment,
    },
  });
  return { status, stderr };
}

describeWith('curl', 'replace.sh', () => {
  beforeEach(() => {
    run('app/replace.sh', ['pull'], { WANTED: OLD });
    expect(run('app/replace.sh', ['start'])).toEqual({ status: 0, stderr: '' });
    writeFileSync(at('accessLog'), '');
  });

  test('pulls while the old image serves, drains it, and returns when the new one is ready; `back` restores the old one', async () => {
    expect(run('app/replace.sh', ['pull'], { WANTED: NEW })).toEqual({ status: 0, stderr: '' });
    expect(await serving()).toBe(OLD);

    expect(run('app/replace.sh', ['start'])).toEqual({ status: 0, stderr: '' });
    expect(await serving()).toBe(NEW);
    expect(accessLog()).toEqual([
      'docker login --username AWS --password-stdin registry.example.com',
      `docker pull --quiet registry.example.com/starling@${NEW}`,
      `${OLD} has drained`,
      `${NEW} listens`,
    ]);

    // A second start of the same image keeps the earlier one for `back`.
    expect(run('app/replace.sh', ['start'])).toMatchObject({ status: 0 });
    expect(run('app/replace.sh', ['back'])).toEqual({ status: 0, stderr: '' });
    expect(await serving()).toBe(OLD);
  });

  test('drains an image that does not become ready, starts the old one again, and fails', async () => {
    run('app/replace.sh', ['pull'], { WANTED: BROKEN });
    expect(run('app/replace.sh', ['start'], { READY_WITHIN_S: '5' })).toEqual({
      status: 1,
      stderr: `replace.sh: ${BROKEN} was not ready within 5 s; going back\n`,
    });
    expect(await serving()).toBe(OLD);
    expect(readFileSync(at('digest'), 'utf8')).toBe(OLD);
  });

  test('changes nothing when the image cannot be pulled', async () => {
    expect(run('app/replace.sh', ['pull'], { WANTED: 'sha256:missing' })).toMatchObject({
      status: 1,
    });
    expect(readFileSync(at('wanted'), 'utf8')).toBe(OLD);
    expect(await serving()).toBe(OLD);
  });

  test('names its arguments when it gets another one', () => {
    expect(run('app/replace.sh', ['restart'])).toEqual({
      status: 2,
      stderr: 'replace.sh: expected pull, start or back\n',
    });
  });
});

test('environment.sh writes the parameters to a file that only its owner can read, and keeps the file when there are none', () => {
  const parameters =
    '/starling/app/DATABASE_URL\\tpostgres://u:p@db/s?a=b\\n/starling/app/THROTTLE_INSTANCES\\t6\\n';
  expect(run('environment.sh', [], { PARAMETER_LINES: parameters })).toEqual({
    status: 0,
    stderr: '',
  });
  const written = 'DATABASE_URL=postgres://u:p@db/s?a=b\nTHROTTLE_INSTANCES=6\n';
  expect(readFileSync(at('run/environment'), 'utf8')).toBe(written);
  expect(statSync(at('run/environment')).mode & 0o777).toBe(0o600);

  expect(run('environment.sh', [], { PARAMETER_LINES: '' })).toEqual({
    status: 1,
    stderr: 'environment.sh: no parameters below /starling/app\n',
  });
  expect(readFileSync(at('run/environment'), 'utf8')).toBe(written);
});
