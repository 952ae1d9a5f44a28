import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HOW_TO_GET_NGINX, obtainNginx } from '../../../scripts/local/nginx-binary';
import { nginxProcess } from '../../../scripts/local/nginx-process';
import type { ProcessSpec } from '../../../scripts/local/supervised-process';

/** @throws one line when there is no Nginx */
export function nginxBefore(
  instancePorts: number[],
  port: number,
  statusPort: number,
  folder: string,
): ProcessSpec {
  const binary = obtainNginx((line) => process.stderr.write(`${line}\n`));
  if (!binary) throw new Error(HOW_TO_GET_NGINX);
  const logs = `${folder}-logs`;
  mkdirSync(logs, { recursive: true });
  const limits = { limitRate: '1000000r/s', limitBurst: 1_000_000 };
  return nginxProcess({ binary, port, statusPort, instancePorts, folder, logs, ...limits });
}

export function nginxFile(folder: string, name: string): string {
  return path.join(folder, 'conf', 'starling', name);
}

/**
 * Starling sends writes to two instances, because its batches are then fuller. A server without
 * batches gains nothing from that, so here all of its instances take writes.
 */
export function balanceWritesToo(folder: string): void {
  const file = nginxFile(folder, 'instances.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(' backup;', ';'));
}
