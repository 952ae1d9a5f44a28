import { execFile, spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { contract } from '../support/contract';
import { temporaryFolder } from '../support/temporary-folder';
import { createExampleStore, type ExampleStore } from './example-store';

/**
 * Clients as users make them: generated from the document, type-checked as strictly as the language
 * can, and used against a running service. Each run installs the generators from the registries into
 * a new folder.
 */

const folder = temporaryFolder('generators');
cpSync(path.join(__dirname, 'generators'), folder, { recursive: true });
writeFileSync(path.join(folder, 'openapi.json'), JSON.stringify(contract));

/**
 * Messages that say that a registry cannot be reached, or that Python is missing. Any other failure
 * fails the test.
 */
const CANNOT_BE_HAD =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOENT|NewConnectionError|ConnectTimeout|Name or service|name resolution|ensurepip is not available/i;

/**
 * Runs the commands in the folder until one fails. @returns why they cannot run here; null: they all
 * ran
 */
function install(what: string, commands: readonly (readonly string[])[]): string | null {
  for (const [command, ...args] of commands) {
    const { status, stderr, stdout, error } = spawnSync(command!, args, {
      cwd: folder,
      encoding: 'utf8',
    });
    if (status === 0) continue;
    const said = error ? String(error) : `${stderr}\n${stdout}`;
    if (!CANNOT_BE_HAD.test(said)) throw new Error(`${command} ${args.join(' ')} failed:\n${said}`);
    const reason = `${what} cannot be installed here: ${CANNOT_BE_HAD.exec(said)![0]}`;
    process.stderr.write(`No client is generated: ${reason}\n`);
    return reason;
  }
  return null;
}

const noNpm = install('the generators of npm', [
  [
    'npm',
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=0',
  ],
]);
const noPython = install('openapi-python-client', [
  ['python3', '-m', 'venv', 'python'],
  ['python/bin/pip', 'install', '--quiet', '--retries', '0', '--requirement', 'requirements.txt'],
]);

const run = promisify(execFile);
const bin = (name: string) => path.join(folder, 'node_modules', '.bin', name);

describe('a client that is generated from the OpenAPI document', () => {
  let store: ExampleStore;
  let server: Server;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    store = await createExampleStore();
    server = createServer(store.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    environment = {
      ...process.env,
      MYPYPATH: path.join(folder, 'generated'),
      PYTHONPATH: path.join(folder, 'generated'),
      STARLING_URL: `http://127.0.0.1:${port}`,
      STARLING_KEY: store.keys.none,
    };
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @throws the output of the command */
  async function generate(command: string, ...args: string[]): Promise<string> {
    const running = run(command, args, { cwd: folder, env: environment });
    const { stdout, stderr } = await running.catch((error: Error & { stdout: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    });
    return `${stdout}${stderr}`;
  }

  async function use(command: string, script: string): Promise<unknown> {
    const { stdout } = await run(command, [script], { cwd: folder, env: environment });
    return JSON.parse(stdout);
  }

  /**
   * Two reviews have these ratings, and one of them has photos; product 2 has none; no review has
   * the id 999, and a review without a rating is refused.
   */
  const USED = {
    ids: [1],
    counts: [2, 0],
    posted: 'It works.',
    refusals: ['urn:problem-type:starling:not-found', 'rating'],
  };

  (noNpm ? describe.skip : describe)('by openapi-typescript and @hey-api/openapi-ts', () => {
    it('type-checks', async () => {
      await generate(
        bin('openapi-typescript'),
        'openapi.json',
        '--output',
        'generated/openapi-typescript.ts',
      );
      await generate(bin('openapi-ts'), '--input', 'openapi.json', '--output', 'generated/hey-api');
      await generate(bin('tsc'), '--project', '.');
    });

    it.each(['openapi-fetch', 'hey-api'])(
      'sends lists, and distinguishes problems: %s',
      async (name) => {
        const {
          rows: [before],
        } = await store.sql.query('SELECT count(*)::int AS count FROM reviews');
        const used = await use(process.execPath, `built/${name}-usage.js`);
        const {
          rows: [after],
        } = await store.sql.query('SELECT count(*)::int AS count FROM reviews');
        expect(used).toMatchObject({ ...USED, counts: [expect.any(Number), 0] });
        expect(after.count).toBe(before.count + 1);
      },
    );
  });

  (noPython ? describe.skip : describe)('by openapi-python-client', () => {
    it('is complete, type-checks, sends lists, and distinguishes problems', async () => {
      const said = await generate(
        'python/bin/openapi-python-client',
        ...['generate', '--path', 'openapi.json', '--config', 'openapi-python-client.yaml'],
        ...['--meta', 'none', '--output-path', 'generated/starling_client'],
      );
      expect(said).not.toMatch(/warning|unable/i);
      await generate('python/bin/mypy', '--strict', '--follow-imports=silent', 'python_usage.py');
      expect(await use('python/bin/python', 'python_usage.py')).toMatchObject({
        ...USED,
        counts: [expect.any(Number), 0],
      });
    });
  });
});
