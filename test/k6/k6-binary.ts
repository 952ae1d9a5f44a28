import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';

export const HOW_TO_GET_K6 =
  'These tests need k6 1.0 or newer: go install go.k6.io/k6@latest (some minutes), or its package from grafana.com';

/** Returns k6 from the path or from the folder of `go install`; undefined if there is none. */
export function findK6(): string | undefined {
  const installed = path.join(process.env.GOPATH ?? path.join(homedir(), 'go'), 'bin', 'k6');
  return [process.env.K6 ?? 'k6', installed].find((binary) => {
    try {
      return /^k6(\.exe)? v[1-9]/.test(execFileSync(binary, ['version'], { encoding: 'utf8' }));
    } catch {
      return false;
    }
  });
}
