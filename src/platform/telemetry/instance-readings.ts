import { packageVersion } from '../package-root';
import { gauge, type Reading } from './readings';

/** Who this is. */
export function readInstance(name: string): Reading[] {
  return [gauge('info', 'Who this is', 1, { name, version: packageVersion, node: process.version })];
}
