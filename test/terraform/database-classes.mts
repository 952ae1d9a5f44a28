/**
 * Writes terraform/database-classes.json: PostgreSQL's settings for each RDS class, from
 * postgres/settings.sh.
 *
 *     node test/terraform/database-classes.mts           # writes it
 *     node test/terraform/database-classes.mts --print   # shows it
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');

/** Memory in MB by class: the sizes for stores of up to some hundred million reviews. */
const CLASSES = {
  'db.t4g.micro': 1024,
  'db.t4g.small': 2048,
  'db.t4g.medium': 4096,
  'db.t4g.large': 8192,
  'db.m7g.large': 8192,
  'db.m7g.xlarge': 16384,
  'db.r7g.large': 16384,
  'db.r7g.xlarge': 32768,
};

const classes = Object.fromEntries(
  Object.entries(CLASSES).map(([name, memory_mb]) => [
    name,
    { memory_mb, settings: settingsFor(memory_mb) },
  ]),
);
const text = `${JSON.stringify(classes, null, 2)}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(path.join(ROOT, 'terraform/database-classes.json'), text);

function settingsFor(memoryMb: number): Record<string, string> {
  const script = path.join(ROOT, 'postgres/settings.sh');
  const configuration = execFileSync('sh', [script, String(memoryMb)], {
    env: { ...process.env, WAL_MB: '1024', WAL_COMPRESSION: 'lz4', WAL_ARCHIVE: '' },
    encoding: 'utf8',
  });
  const lines = configuration.matchAll(/^(\w+) = '?([^'\n]*)'?$/gm);
  const settings = Object.fromEntries([...lines].map(([, name, value]) => [name!, value!]));
  delete settings.max_wal_size; // depends on the disk: terraform/database.tf
  return settings;
}
