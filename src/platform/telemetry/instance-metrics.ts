import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package-root';
import { gauge, type Metric } from './metrics';

const { version } = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')) as {
  version: string;
};

/** Who this is. */
export function instanceMetrics(name: string): Metric[] {
  return [gauge('info', 'Who this is', 1, { name, version, node: process.version })];
}
