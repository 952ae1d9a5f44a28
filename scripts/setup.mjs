// Every command runs this first, on any Node from 20 on. It installs the packages of the lockfile
// if they are not installed, compiles what has changed, and hands over to the pinned Node 24.
//
//   node scripts/setup.mjs              set up only
//   node scripts/setup.mjs --install    install only
//   node scripts/setup.mjs scripts/local/start ARGS…
//                                       set up, then run dist/scripts/local/start.js ARGS… on Node 24
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '..',
);
/** npm has a Node package for Linux on x64 and arm64. */
const pinnedNode = path.join(root, 'node_modules', '.bin', 'node');
const PINNED_MAJOR = 24;
const installedLock = path.join(root, 'node_modules', '.starling-installed-lock');

function fail(message, code = 1) {
  process.stderr.write(`starling: ${message}\n`);
  process.exit(code);
}

function run(title, command, args) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) fail(`${title} could not start: ${error.message}`);
  if (signal) process.exit(130);
  if (status !== 0) fail(`${title} failed (exit code ${status}); the lines above say why`, status);
}

/** Runs `npm ci` once per lockfile: a copy of it in node_modules records what is installed. */
function installDependencies() {
  const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  if (existsSync(installedLock) && readFileSync(installedLock, 'utf8') === lock) return;
  process.stderr.write('starling: installing the dependencies (npm ci)\n');
  run('npm ci', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installedLock, lock);
}

/**
 * The pinned Node. If the platform has none or it does not start (musl), the machine's own Node, if
 * that is as new.
 */
function chooseNode() {
  if (existsSync(pinnedNode) && spawnSync(pinnedNode, ['--version']).status === 0)
    return pinnedNode;
  if (majorOf(process.version) >= PINNED_MAJOR) return process.execPath;
  return fail(
    `npm has no Node ${PINNED_MAJOR} for ${process.platform}-${process.arch}; install Node ${PINNED_MAJOR} or newer (this is ${process.version})`,
  );
}

function majorOf(version) {
  return Number(version.slice(1).split('.')[0]);
}

/** tsc is incremental and takes a quarter of a second when nothing changed. */
function compile(node) {
  if (!existsSync(path.join(root, 'dist', 'src')))
    rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const project of ['tsconfig.build.json', 'client'])
    run('the build', node, [tsc, '-p', project]);
  run('the build of the storefront', node, [path.join(root, 'storefront', 'build.mjs')]);
}

/**
 * Starts the command with this process's terminal and passes signals on to it: npm and a script's
 * `kill` know only this process. `npm start` must tell them from the signals of the terminal
 * (stop-switch.ts), so it gets messages. Their channel also shows it when this process has ended.
 */
function handOver(node, script, args) {
  const child = spawn(
    node,
    ['--enable-source-maps', path.join(root, 'dist', `${script}.js`), ...args],
    {
      cwd: root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  );
  const passOn = (signal) => {
    if (script !== 'scripts/local/start') child.kill(signal);
    else if (child.connected) child.send(signal, () => {});
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal));
  if (process.env.npm_lifecycle_event) onceNpmHasEnded(() => passOn('SIGTERM'));
  child.on('error', (error) => fail(`${script} could not start: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/**
 * npm passes SIGINT and SIGTERM on, but SIGHUP and SIGKILL end npm alone. Then the parent of this
 * process changes.
 */
function onceNpmHasEnded(act) {
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    act();
  }, 250);
}

if (majorOf(process.version) < 20) fail(`Node 20 or newer is needed; this is ${process.version}`);
const [script, ...args] = process.argv.slice(2);
installDependencies();
if (script !== '--install') {
  const node = chooseNode();
  compile(node);
  if (script) handOver(node, script, args);
}
