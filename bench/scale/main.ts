import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../scripts/seed/open-database';
import { packageRoot } from '../../src/platform/package-root';
import { type Result, toRow, toTable } from '../http/report/table';
import { describeMachine, describeServer } from '../shared/machine';
import {
  measureConcurrency,
  measureInstances,
  measureProductSizes,
  measureRows,
  measureSegments,
  type ScaleContext,
} from './scale-sections';

const HELP = `Measures how Starling's cost grows, in about eight minutes on a quiet machine.

  npm run bench:scale -- [options]

  --database URL       measure growth with rows over this one; give it once for each size (1 M, 10 M, 30 M)
  --sections a,b       some of: rows, segments, products, instances, concurrency (default: all)
  --out DIR            where scale.json and scale.md go (default: docs/benchmarks)
  --help               this

Without --database: DATABASE_URL's, or that of npm start. All must be on this machine. \`segments\` and \`products\` make
two databases of 300,000 reviews on the first one's server (30 and 300 segments; a product with 100,000 reviews) and
drop them afterwards. The benchmark writes nothing to the given databases except the pages that reads store.
`;

interface Section {
  title: string;
  measure(context: ScaleContext, databaseUrls: readonly string[]): Promise<Result[]>;
}

const SECTIONS: Record<string, Section> = {
  rows: { title: 'Rows', measure: ({ folder }, urls) => measureRows(urls, folder) },
  segments: { title: 'Segments', measure: measureSegments },
  products: { title: 'Reviews per product', measure: measureProductSizes },
  instances: { title: 'Instances', measure: measureInstances },
  concurrency: { title: 'Concurrency', measure: measureConcurrency },
};

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      database: { type: 'string', multiple: true },
      sections: { type: 'string', default: Object.keys(SECTIONS).join(',') },
      out: { type: 'string', default: path.join(packageRoot, 'docs', 'benchmarks') },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) return void process.stdout.write(HELP);
  const chosen = options.sections.split(',').map((name) => {
    const section = SECTIONS[name];
    if (!section)
      throw new Error(
        `--sections: there is no ${name}; expected some of ${Object.keys(SECTIONS).join(', ')}`,
      );
    return section;
  });

  const opened = options.database ? null : await openDatabase('npm run bench:scale');
  const databaseUrls = options.database ?? [opened!.url];
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-scale-'));
  chmodSync(folder, 0o711); // Nginx's workers are another user when root runs this
  try {
    const measured: { title: string; results: Result[] }[] = [];
    for (const { title, measure } of chosen) {
      const results = await measure({ databaseUrl: databaseUrls[0]!, folder }, databaseUrls);
      process.stdout.write(`\n${title}\n\n${toTable(results.map(toRow))}\n\n`);
      measured.push({ title, results });
    }
    const machine = { ...(await describeMachine()), ...(await describeServer(databaseUrls[0]!)) };
    mkdirSync(options.out, { recursive: true });
    writeFileSync(
      path.join(options.out, 'scale.json'),
      `${JSON.stringify({ machine, sections: measured }, null, 1)}\n`,
    );
    const facts = Object.entries(machine).map(([name, value]) => `- ${name}: ${value}`);
    const tables = measured.map(
      ({ title, results }) => `## ${title}\n\n${toTable(results.map(toRow))}`,
    );
    writeFileSync(
      path.join(options.out, 'scale.md'),
      `${[facts.join('\n'), ...tables].join('\n\n')}\n`,
    );
    process.stdout.write(`Written to ${options.out}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await opened?.close();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`npm run bench:scale: ${error.message}\n`);
  process.exitCode = 1;
});
