import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../src/platform/package-root';
import { renderContractTypes } from './type-rendering';

/** `npm run contract-types`: writes the types that the client shares with the OpenAPI document. */
writeFileSync(path.join(packageRoot, 'client', 'contract-types.ts'), renderContractTypes());
