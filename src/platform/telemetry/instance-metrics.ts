import { packageVersion } from '../package-root';
import { gauge, type Metric } from './metrics';

/** The name and versions of this instance, as labels of a gauge that is always 1. */
export function instanceMetrics(name: string): Metric[] {
  return [
    gauge('info', 'Always 1; the labels identify the instance', 1, {
      name,
      version: packageVersion,
      node: process.version,
    }),
  ];
}
