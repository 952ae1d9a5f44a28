import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { postgresProgram } from './embedded-postgres';

export interface PostgresSettings {
  /** The folder of the database, which may not exist yet: its disk decides the size of the log. */
  dataDir: string;
  /** Memory that PostgreSQL may use, in MB. Without it, all of the machine's or the container's. */
  memoryMb?: number;
  /** The folder for the archive of the log; empty: none. Without it, WAL_ARCHIVE of this process. */
  walArchive?: string;
}

/**
 * The postgresql.conf for the embedded server, from postgres/settings.sh. WAL_MB in this process's
 * environment sets the size of the log.
 *
 * @throws Error with the line that the script printed when a setting is wrong
 */
export function renderPostgresSettings(options: PostgresSettings): string {
  const { dataDir, memoryMb, walArchive = process.env.WAL_ARCHIVE ?? '' } = options;
  const script = path.join(packageRoot, 'postgres', 'settings.sh');
  const { WAL_COMPRESSION: _otherServers, ...environment } = process.env;
  return execFileSync('sh', memoryMb === undefined ? [script] : [script, `${memoryMb}`], {
    env: {
      ...environment,
      DATA_DIR: dataDir,
      POSTGRES: postgresProgram(),
      WAL_ARCHIVE: walArchive,
    },
    encoding: 'utf8',
  });
}
