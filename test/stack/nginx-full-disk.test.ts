import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startNginx } from '../support/nginx';
import { describeWith } from '../support/programs';
import { startScriptedInstance } from '../support/scripted-instance';
import { itOnASmallDisk, mountSmallDisk } from '../support/small-disk';

describeWith('nginx', 'Nginx with a full disk under its cache', () => {
  itOnASmallDisk()(
    'answers every read, also of pages that it would keep (needs root to mount a disk)',
    async () => {
      const instance = await startScriptedInstance((_request, response) => {
        response.writeHead(200, { 'X-Accel-Expires': `@${Math.floor(Date.now() / 1000) + 60}` });
        response.end('x'.repeat(5_000));
      });
      const nginx = await startNginx([instance.port]);
      const cache = path.join(nginx.folder, 'cache');
      const unmount = mountSmallDisk(cache, '64k');
      try {
        expect(() => writeFileSync(path.join(cache, 'fill'), Buffer.alloc(100_000))).toThrow(
          'ENOSPC',
        );

        for (let n = 0; n < 40; n++) {
          const response = await fetch(`${nginx.url}/v1/products/${n % 8}/reviews`);
          expect([response.status, (await response.text()).length]).toEqual([200, 5_000]);
        }
        expect(readdirSync(cache).length).toBeGreaterThan(1); // it has tried to write
      } finally {
        unmount();
        await nginx.stop();
        await instance.close();
      }
    },
  );
});
