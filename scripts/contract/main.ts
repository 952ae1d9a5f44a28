import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { createProgram } from '../command/program';
import { runProgram } from '../command/run-program';
import { renderContractTypes } from './type-rendering';

const TYPES_FILE = path.join(packageRoot, 'client', 'contract-types.ts');

const program = createProgram('npm run contract-types --', {
  summary:
    'Writes client/contract-types.ts: the types that the client shares with the OpenAPI document.',
  examples: ['npm run contract-types'],
}).action(writeContractTypes);

/** @throws Error when Biome does not accept the file */
function writeContractTypes(): void {
  writeFileSync(TYPES_FILE, renderContractTypes());
  const biome = require.resolve('@biomejs/biome/bin/biome');
  const { status, error } = spawnSync(process.execPath, [biome, 'check', '--write', TYPES_FILE], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error('Biome rejects client/contract-types.ts; see above');
}

void runProgram(program);
