import { packageVersion } from '../package-root';
import { gauge, type Metric } from './metrics';

/** Who this is. */
export function instanceMetrics(name: string): Metric[] {
  return [
    gauge('info', 'Who this is', 1, { name, version: packageVersion, node: process.version }),
  ];
}
