import { UserError } from '../command/user-error';
import { chooseDataFolder, makeDataFolder } from '../local/data-folder';
import { freePorts } from '../local/free-ports';
import { startLocalPostgres } from '../local/local-postgres';
import { requireDatabase } from '../local/own-database';
import { findRunning, RunRecord } from '../local/run-record';

export interface OpenDatabase {
  url: string;
  /** Stops the server if this command started it. */
  close(): Promise<void>;
}

/**
 * The database of a command: DATABASE_URL; else that of the running `npm start`; else the embedded
 * server on the same folder, for as long as the command runs. With `data`, it is the database of
 * that data folder, whatever DATABASE_URL is. `instances`: for how many Starling instances a server
 * that is started here admits connections.
 *
 * @throws Error of one line when it cannot be reached or started
 */
export async function openDatabase(
  command: string,
  { data, instances = 0 }: { data?: string; instances?: number } = {},
): Promise<OpenDatabase> {
  const given = process.env.DATABASE_URL;
  if (given && data === undefined) {
    await requireDatabase(given);
    return { url: given, close: async () => {} };
  }
  const folder = chooseDataFolder(data);
  const running = findRunning(folder);
  if (running?.databaseUrl) return { url: running.databaseUrl, close: async () => {} };
  if (running) throw new UserError('npm start has not finished starting; try again when it serves');

  makeDataFolder(folder);
  // The record keeps an npm start from stopping the server meanwhile.
  const record = await RunRecord.claim(folder, command, (line) =>
    process.stderr.write(`starling: ${line}\n`),
  );
  try {
    const [port] = (await freePorts(1)) as [number];
    const { databaseUrl, server } = await startLocalPostgres(folder, port, instances);
    record.setDatabase(databaseUrl);
    const close = async () => {
      await server.stop();
      record.release();
    };
    return { url: databaseUrl, close };
  } catch (error) {
    record.release();
    throw error;
  }
}
