import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/package-root';
import { createTestApi } from '../support/api';

const modules = path.join(packageRoot, 'client', 'esm');

/**
 * Uses the client as a page does: imports the compiled module by its public name, and calls the
 * real service.
 */
const PAGE = `
  import { createStarlingClient } from 'starling/client';
  const starling = createStarlingClient({ baseUrl: process.argv[1] });
  const [one, two] = await Promise.all([starling.summary('a'), starling.summary('b')]);
  console.log(JSON.stringify([one.product_id, two.count]));
`;

describe('the client as an ES module', () => {
  it('is imported by its public name and reads from the service', async () => {
    const api = await createTestApi();
    const server = createServer(api.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const options = { cwd: packageRoot };
    const run = promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', PAGE, url],
      options,
    );
    const { stdout, stderr } = await run;
    expect(JSON.parse(stdout)).toEqual(['a', 0]);
    expect(stderr).toBe('');
    server.closeAllConnections();
    server.close();
    await api.close();
  });

  it('contains only modules that a browser can load: files beside it, and no module of Node', () => {
    const files = readdirSync(modules).filter((name) => name.endsWith('.js'));
    expect(files).toContain('starling-client.js');
    for (const file of files) {
      const text = readFileSync(path.join(modules, file), 'utf8');
      for (const [, from] of text.matchAll(/(?:from|import\() ?['"]([^'"]+)/g))
        expect(files).toContain(from!.replace('./', ''));
      expect(text).not.toMatch(/\b(?:process\.|require\(|Buffer\.|setImmediate\()/);
    }
  });
});
