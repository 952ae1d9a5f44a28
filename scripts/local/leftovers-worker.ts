import { layOutDataFolder } from './data-folder';
import { endLeftover } from './embedded-postgres';
import { endAbandoned, forgetAbandoned } from './run-record';

/**
 * The program that the watchdog (watchdog.ts) turns into when the starter of a data folder has
 * ended without notice. It ends the processes that are left, in order.
 */
async function main(): Promise<void> {
  const folder = layOutDataFolder(process.argv[2]!);
  if (!(await endAbandoned(folder))) return;
  await endLeftover(folder.postgres);
  forgetAbandoned(folder);
}

main().catch((error: Error) => {
  process.stderr.write(`${new Date().toISOString()} ${error.message}\n`);
  process.exitCode = 1;
});
