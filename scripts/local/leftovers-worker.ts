import { layOutDataFolder } from './data-folder';
import { endLeftover } from './embedded-postgres';
import { endAbandoned, forgetAbandoned } from './run-record';

/**
 * What the watchdog becomes (watchdog.ts) when the starter of a data folder has gone without a
 * word: ends what it left, in order.
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
