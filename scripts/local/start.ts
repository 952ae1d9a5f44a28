import path from 'node:path';
import { migrate } from '../../src/platform/db/migrate';
import { runProgram } from '../command/run-program';
import { banner } from './banner';
import { chooseDataFolder, type DataFolder, makeDataFolder } from './data-folder';
import { endLeftover } from './embedded-postgres';
import { startFleet } from './fleet';
import { requireFreePorts } from './free-ports';
import { startLocalPostgres } from './local-postgres';
import { obtainNginx } from './nginx-binary';
import { requireDatabase } from './own-database';
import { RunRecord } from './run-record';
import { seedSample } from './sample';
import { createStartProgram, type StartOptions } from './start-program';
import { StopSwitch } from './stop-switch';

interface Context {
  options: StartOptions;
  folder: DataFolder;
  record: RunRecord;
  stopping: StopSwitch;
}

/** Opens everything in order, waits for Ctrl-C, closes it in the opposite order. */
async function run(options: StartOptions): Promise<void> {
  // If the terminal is gone or the disk under the output is full, the start and the stop go on:
  // otherwise what it has started would have no parent.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  const stopping = new StopSwitch(say);
  let failure: Error | undefined;
  try {
    await start(options, stopping);
    await stopping.asked;
  } catch (error) {
    if (!stopping.signal.aborted) failure = error as Error;
  }
  await stopping.closeAll();
  failure ??= stopping.failure;
  if (failure) throw failure;
  say('stopped');
}

async function start(options: StartOptions, stopping: StopSwitch): Promise<void> {
  const { ports } = options;
  const folder = chooseDataFolder(options.data);
  if (folder.note) say(folder.note);
  makeDataFolder(folder);
  const baseUrl = `http://127.0.0.1:${ports.nginx}`;
  const record = await RunRecord.claim(folder, baseUrl, say);
  stopping.onClose({ name: 'the record', close: () => record.release(), kill: () => {} });
  if (!options.databaseUrl) await endLeftover(folder.postgres); // it would hold its port

  const nginx = obtainNginx(say);
  const instancePorts = nginx
    ? Array.from({ length: options.instances }, (_, index) => ports.instance(index + 1))
    : [ports.nginx];
  await requireFreePorts(portsNeeded(options, instancePorts, nginx !== undefined));

  const databaseUrl = await openDatabase({ options, folder, record, stopping });
  const { limitRate, limitBurst, trustedPeers } = options;
  const instances = await startFleet({
    instancePorts,
    ports,
    limitRate,
    limitBurst,
    trustedPeers,
    databaseUrl,
    nginx,
    folder,
    record,
    stopping,
    say,
  });
  const nginxStatusUrl = nginx && `http://127.0.0.1:${ports.nginxStatus}/nginx_status`;
  const isEmbedded = options.databaseUrl === undefined;
  process.stdout.write(
    await banner({ baseUrl, databaseUrl, isEmbedded, folder, instances, nginxStatusUrl }),
  );
}

function portsNeeded(
  { ports, databaseUrl }: StartOptions,
  instancePorts: number[],
  withNginx: boolean,
) {
  return [
    ...(withNginx ? [{ port: ports.nginx, for: 'Nginx' }] : []),
    ...instancePorts.map((port, index) => ({ port, for: `instance ${index + 1}` })),
    ...(databaseUrl ? [] : [{ port: ports.postgres, for: 'PostgreSQL' }]),
    ...(withNginx ? [{ port: ports.nginxStatus, for: 'Nginx’s own numbers' }] : []),
  ];
}

/** The server of DATABASE_URL or the embedded one, migrated and seeded. */
async function openDatabase(context: Context): Promise<string> {
  const { options, folder, record, stopping } = context;
  const databaseUrl = options.databaseUrl ?? (await startEmbedded(context));
  if (options.databaseUrl) await requireDatabase(databaseUrl);
  record.setDatabase(databaseUrl);
  stopping.signal.throwIfAborted();
  await migrate(databaseUrl);
  const sample = await seedSample({
    databaseUrl,
    databaseName: options.databaseUrl ?? 'embedded',
    folder,
    reviews: options.reviews,
    startsEmpty: options.reviewsGiven && options.reviews === 0,
    record,
    signal: stopping.signal,
    say,
  });
  sayWhatIsThere(sample, options);
  return databaseUrl;
}

function sayWhatIsThere(sample: 'seeded' | 'found' | 'empty', options: StartOptions): void {
  if (sample === 'found' && options.reviewsGiven) {
    if (options.reviews === 0)
      say(
        'there are reviews already, and --reviews 0 removes none; start empty with --data and a new folder',
      );
    else
      say(
        'there are reviews already, so --reviews does nothing; replace them with npm run seed -- --replace',
      );
  }
  if (sample === 'empty' && !options.reviewsGiven)
    say('the database of DATABASE_URL holds no reviews; --reviews 200k generates some');
}

async function startEmbedded({ options, folder, stopping }: Context): Promise<string> {
  const { databaseUrl, server } = await startLocalPostgres(
    folder,
    options.ports.postgres,
    options.instances,
  );
  stopping.onClose({
    name: 'PostgreSQL',
    close: () => server.stop(),
    // An immediate shutdown: the next start recovers from the log.
    kill: () => process.kill(server.pid, 'SIGQUIT'),
  });
  const log = path.join(folder.logs, 'postgres.log');
  void server.exited.then(() =>
    stopping.fail(new Error(`PostgreSQL ended by itself: ${server.complaint()} (log: ${log})`)),
  );
  return databaseUrl;
}

function say(line: string): void {
  process.stderr.write(`starling: ${line}\n`);
}

void runProgram(createStartProgram(process.env, run)).then(() => process.exit());
