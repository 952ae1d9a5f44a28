import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { absolutePath, namesOf } from '../../scripts/command/option-values';
import { createOption, createProgram } from '../../scripts/command/program';
import { runProgram } from '../../scripts/command/run-program';
import { openDatabase } from '../../scripts/shared/open-database';
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

interface Section {
  title: string;
  measure(context: ScaleContext, databaseUrls: readonly string[]): Promise<Result[]>;
}

const SECTIONS: Record<string, Section> = {
  rows: { title: 'Rows', measure: ({ folder }, urls) => measureRows(urls, folder) },
  segments: { title: 'Segments', measure: measureSegments },
  products: { title: 'Reviews a product', measure: measureProductSizes },
  instances: { title: 'Instances', measure: measureInstances },
  concurrency: { title: 'Concurrency', measure: measureConcurrency },
};

const program = createProgram('npm run bench:scale --', {
  summary: "Measures how Starling's cost grows, in about eight minutes on a quiet machine.",
  notes: `Without --database, the command measures the database of DATABASE_URL, or that of npm start. The
servers must run on this machine. segments and products create two databases of 300,000 reviews
beside the first one (30 and 300 segments; a product with 100,000 reviews) and drop them again. The
command changes nothing in the given databases but the pages that reads store.`,
  examples: [
    'npm run bench:scale -- --sections rows,segments',
    'npm run bench:scale -- --database postgres://…/m1 --database postgres://…/m10',
  ],
})
  .option('--database <url...>', 'measure over this database; give one per size (1 M, 10 M, 30 M)')
  .addOption(
    createOption('--sections <names>', `some of ${Object.keys(SECTIONS).join(', ')}`)
      .argParser(namesOf(Object.keys(SECTIONS)))
      .default(Object.keys(SECTIONS), 'all'),
  )
  .addOption(
    createOption('--out <folder>', 'where scale.json and scale.md go')
      .argParser(absolutePath)
      .default(path.join(packageRoot, 'docs', 'benchmarks'), 'docs/benchmarks'),
  )
  .action(run);

interface ScaleOptions {
  database?: string[] | undefined;
  sections: string[];
  out: string;
}

async function run(options: ScaleOptions): Promise<void> {
  const chosen = options.sections.map((name) => SECTIONS[name]!);
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

void runProgram(program);
