import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { postgresProgram } from './embedded-postgres';

/** What the script prints about the log, for a database that does not exist yet. */
function render(environment: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync('sh', ['postgres/settings.sh', '512'], {
    cwd: packageRoot,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: path.join(tmpdir(), 'no', 'database', 'yet'),
      POSTGRES: postgresProgram(),
      ...environment,
    },
    encoding: 'utf8',
  });
  const value = (name: string) => stdout.match(new RegExp(`^${name} = (.*)$`, 'm'))?.[1];
  return {
    status,
    stderr,
    log: value('max_wal_size'),
    compression: value('wal_compression'),
  };
}

describe('postgres/settings.sh', () => {
  it('gives the log a fifth of what is free on the disk, from 1 to 24 GB', () => {
    const { bavail, bsize } = statfsSync(tmpdir());
    const fifth = (bavail * bsize) / 2 ** 20 / 5;
    const log = Number(render({}).log!.slice(0, -'MB'.length));
    // Other programs write to the disk meanwhile.
    expect(Math.abs(log - Math.min(Math.max(fifth, 1024), 24_576))).toBeLessThan(200);
  });

  it('gives the log what WAL_MB says', () => {
    expect(render({ WAL_MB: '300' }).log).toBe('300MB');
  });

  it.each([
    [{ WAL_MB: '63' }, "WAL_MB must be a whole number of megabytes, at least 64, not '63'"],
    [{ WAL_MB: '4GB' }, "WAL_MB must be a whole number of megabytes, at least 64, not '4GB'"],
    [{ WAL_COMPRESSION: 'pglz' }, "WAL_COMPRESSION must be lz4 or off, not 'pglz'"],
  ])('refuses %j', (environment, message) => {
    expect(render(environment)).toMatchObject({
      status: 2,
      stderr: `settings.sh: ${message}\n`,
      log: undefined,
    });
  });

  it('compresses the log only if the server can, which the embedded one cannot', () => {
    expect(render({}).compression).toBe('off');
    expect(render({ POSTGRES: 'no-such-program' }).compression).toBe('off');
    expect(render({ WAL_COMPRESSION: 'lz4' }).compression).toBe('lz4');
  });
});
