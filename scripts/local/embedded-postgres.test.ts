import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from '../../test/support/temporary-folder';
import { startEmbeddedPostgres } from './embedded-postgres';
import { freePorts } from './free-ports';

describe('the embedded PostgreSQL', () => {
  let folder: string;

  beforeEach(() => {
    folder = temporaryFolder('embedded');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (port: number, onRecovery?: () => void) =>
    startEmbeddedPostgres({
      onRecovery,
      dataDir: path.join(folder, 'data'),
      port,
      settings: 'shared_buffers = 16MB\nfsync = off\n',
      logFile: path.join(folder, 'postgres.log'),
    });

  it('does not take another server on its port for its own', async () => {
    const [port] = (await freePorts(1)) as [number];
    const other = await start(port);
    const mine = startEmbeddedPostgres({
      dataDir: path.join(folder, 'mine'),
      port,
      settings: 'shared_buffers = 16MB\nfsync = off\n',
      logFile: path.join(folder, 'mine.log'),
    });
    await expect(mine).rejects.toThrow('PostgreSQL did not start');
    await other.stop();
  });

  it('says that it replays its log after a crash, and only then', async () => {
    const [port] = (await freePorts(1)) as [number];
    const onRecovery = jest.fn();
    const first = await start(port, onRecovery);
    process.kill(first.pid, 'SIGQUIT'); // ends without a checkpoint, as a crash does
    await first.exited;
    expect(onRecovery).not.toHaveBeenCalled();
    const second = await start(port, onRecovery);
    expect(onRecovery).toHaveBeenCalledTimes(1);
    await second.stop();
    await (await start(port, onRecovery)).stop();
    expect(onRecovery).toHaveBeenCalledTimes(1);
  });

  it('touches nothing in a folder that holds something else', async () => {
    const letter = path.join(folder, 'data', 'letter.txt');
    mkdirSync(path.dirname(letter));
    writeFileSync(letter, 'Dear Ada');
    const [port] = (await freePorts(1)) as [number];
    await expect(start(port)).rejects.toThrow('is not empty and holds no PostgreSQL database');
    expect(readFileSync(letter, 'utf8')).toBe('Dear Ada');
  });

  it('says why it did not start when something else has its port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    await expect(start((other.address() as AddressInfo).port)).rejects.toThrow(
      /could not create any TCP\/IP sockets/,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
