import { Refusal } from '../command/refusal';
import { chooseDataFolder, makeDataFolder } from '../local/data-folder';
import { freePorts } from '../local/free-ports';
import { startLocalPostgres } from '../local/local-postgres';
import { requireDatabase } from '../local/own-database';
import { findRunning, RunRecord } from '../local/run-record';

export interface OpenDatabase {
  url: string;
  /** Ends the server if it was started for this command. */
  close(): Promise<void>;
}

/**
 * The database that a command works on: DATABASE_URL, else that of the `npm start` that is running,
 * else the embedded server on the same folder, for as long as the command takes. A command that
 * names its data folder gets that folder's database, whatever DATABASE_URL is. `instances`: how
 * many Starling instances the server allows connections for, if it is started here.
 *
 * @throws an Error of one line when it cannot be reached or started
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
  if (running) throw new Refusal('npm start has not finished starting; try again when it serves');

  makeDataFolder(folder);
  // The record keeps an npm start from taking the server away meanwhile.
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
