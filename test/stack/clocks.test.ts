import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startNginx, type TestNginx } from '../support/nginx';
import { until } from '../support/poll';
import { describeWith } from '../support/programs';
import { exchange } from '../support/raw-http';
import { type SingleInstance, startInstance, untilSaid } from '../support/single-instance';
import { temporaryFolder } from '../support/temporary-folder';

/** Node loads this before the instance. It shifts the instance's clock. */
const shiftClock = (seconds: number) => `
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length === 0 ? super(Date.now()) : super(...given); }
    static now() { return RealDate.now() + ${seconds * 1000}; }
  };`;

describeWith('nginx', 'an instance with a wrong clock', () => {
  describe.each([20, 0.5, -20])('by %d s', seesWritesInTime);
});

function seesWritesInTime(seconds: number): void {
  const page = '/v1/products/1/reviews';
  let database: TestDatabase;
  let instance: SingleInstance;
  let nginx: TestNginx;
  let authors = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    const shift = path.join(temporaryFolder('clock'), 'shift.cjs');
    writeFileSync(shift, shiftClock(seconds));
    instance = await startInstance(database.url, { NODE_OPTIONS: `--require ${shift}` });
    await untilSaid(instance, 'listening');
    nginx = await startNginx([instance.port], { limitRate: '100000r/s', limitBurst: 100_000 });
  });
  afterAll(async () => {
    await nginx?.stop();
    instance?.process.kill('SIGKILL');
    await instance?.ended;
    await database?.drop();
  });

  const read = () => exchange(nginx.url, [`GET ${page} HTTP/1.1`, 'Host: a', 'Connection: close']);

  it('shows a write to every client within a second', async () => {
    for (let write = 0; write < 3; write++) {
      for (let n = 0; n < 3; n++) await read(); // so that Nginx keeps a copy
      const body = `Number ${write} of them.`;
      const posted = await fetch(nginx.url + page, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          rating: 5,
          body,
          author: { name: 'Ada', email: `a${++authors}@example.com` },
        }),
      });
      expect(posted.status).toBe(201);
      const answeredAt = Date.now();

      // A request sent a second after the response to the write must show the write, no matter how
      // long its own response takes.
      let sentAt: number;
      let answer: string;
      do {
        sentAt = Date.now();
        answer = (await read()).body;
      } while (!answer.includes(body) && sentAt < answeredAt + 1_000);
      expect(answer).toContain(body);
    }
  });

  it('lets Nginx keep its responses', async () => {
    await until('a copy is shown', async () => (await read()).head.includes('X-Cache-Status: HIT'));
  });

  it('ignores a time that a client sends', async () => {
    const header = `Starling-Clock: ${Math.floor(Date.now() / 1000) + 1000}.000`;
    const other = '/v1/products/lied/reviews';
    const lie = (extra: string[]) =>
      exchange(nginx.url, [`GET ${other} HTTP/1.1`, 'Host: a', 'Connection: close', ...extra]);
    for (let n = 0; n < 3; n++) await lie([header]);

    await until('the copy is over', async () => {
      const { head } = await lie([]);
      return /X-Cache-Status: (EXPIRED|REVALIDATED)/.test(head);
    });
  });
}
