import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { createClientKeys } from '../../src/clients/client-key';
import { createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/poll';
import { itOnASmallDisk, mountSmallDisk } from '../support/small-disk';
import { temporaryFolder } from '../support/temporary-folder';

const PAGE = '/v1/products/1/reviews';
/**
 * Each request logs about 180 bytes: together more than the kernel and the instance buffer for a
 * reader (1 MB).
 */
const TO_FILL_A_PIPE = 8_000;
const TO_FILL_A_DISK = 800;
const AT_A_TIME = 100;

interface Instance {
  url: string;
  process: ChildProcess;
}

describe('an instance that cannot write its log', () => {
  let database: TestDatabase;
  let metricsKey: string;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    // The tests' template is migrated already.
    const keys = createClientKeys(await findSecret(client, 'client-keys'));
    metricsKey = await createClientRegister(client, keys).createClient('prometheus', ['metrics']);
    await client.end();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => database.drop());

  async function startWith(output: number | 'pipe'): Promise<Instance> {
    const [port] = (await freePorts(1)) as [number];
    const { command, args, env } = instanceProcess({
      name: 'mute',
      port,
      databaseUrl: database.url,
      logFile: '',
    });
    const child = spawn(command, args, {
      env: { ...env, THROTTLE: 'off', LOG_LEVEL: 'debug' },
      stdio: ['ignore', output, output],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    closing.push(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { url: `http://127.0.0.1:${port}`, process: child };
  }

  async function servesReadsAndStops(instance: Instance, requests: number): Promise<void> {
    const { url, process } = instance;
    const ready = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('it is ready', ready, 60_000);
    const read = async () => {
      const response = await fetch(url + PAGE);
      await response.arrayBuffer();
      return response.status;
    };
    for (let n = 0; n < requests / AT_A_TIME; n++) {
      const statuses = await Promise.all(Array.from({ length: AT_A_TIME }, read));
      expect(statuses).toEqual(Array(AT_A_TIME).fill(200));
    }

    const headers = { Authorization: `Bearer ${metricsKey}` };
    const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
    expect(Number(/^starling_log_lines_dropped_total (\d+)$/m.exec(metrics)![1])).toBeGreaterThan(
      100,
    );

    const ended = new Promise((resolve) =>
      process.once('exit', (code, signal) => resolve({ code, signal })),
    );
    process.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
  }

  it('because the device is full serves reads, counts the dropped lines, and exits with 0', async () => {
    const full = openSync('/dev/full', 'w');
    const instance = await startWith(full);
    closeSync(full);

    await servesReadsAndStops(instance, TO_FILL_A_DISK);
  });

  it('because nothing reads the pipe serves reads, counts the dropped lines, and exits with 0', async () => {
    const instance = await startWith('pipe'); // no listener for its data, so Node reads nothing

    await servesReadsAndStops(instance, TO_FILL_A_PIPE);
  });

  it('because the pipe is closed serves reads, counts the dropped lines, and exits with 0', async () => {
    const instance = await startWith('pipe');
    instance.process.stdout!.destroy();
    instance.process.stderr!.destroy();

    await servesReadsAndStops(instance, TO_FILL_A_DISK);
  });

  itOnASmallDisk()(
    'because its disk is full (needs root to mount one) serves reads, counts the dropped lines, and exits with 0',
    async () => {
      const folder = temporaryFolder('full-disk');
      const unmount = mountSmallDisk(folder, '64k');
      closing.push(() => {
        unmount();
        rmSync(folder, { recursive: true });
      });
      const log = openSync(path.join(folder, 'instance.log'), 'a');
      const instance = await startWith(log);
      closeSync(log);

      await servesReadsAndStops(instance, TO_FILL_A_DISK);
      expect(statfsSync(folder).bavail).toBe(0);
    },
  );
});
