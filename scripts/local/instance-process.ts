import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { answersOk } from './http-readiness';
import type { ProcessSpec } from './supervised-process';

export interface InstanceOptions {
  name: string;
  port: number;
  databaseUrl: string;
  logFile: string;
}

/**
 * Heap limits that fit six instances into a small machine. Without them Node lets its heap grow to
 * 300 MB under load, while 125 MB serve as fast: a short-lived request leaves little behind. The
 * Dockerfile has the same.
 */
const MEMORY_FLAGS = ['--max-old-space-size=96', '--max-semi-space-size=8'];

/** One of the identical instances: the compiled src/main.ts, run by this Node. */
export function instanceProcess({
  name,
  port,
  databaseUrl,
  logFile,
}: InstanceOptions): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: [
      ...MEMORY_FLAGS,
      '--enable-source-maps',
      path.join(packageRoot, 'dist', 'src', 'main.js'),
    ],
    env: {
      DEMO_SHOP: 'on',
      ...process.env,
      DATABASE_URL: databaseUrl,
      HOST: '127.0.0.1',
      PORT: `${port}`,
      INSTANCE_NAME: name,
      TRUSTED_PROXIES: 'loopback',
    },
    logFile,
    stopSignal: 'SIGTERM',
    isReady: () => answersOk(`http://127.0.0.1:${port}/readyz`),
  };
}
