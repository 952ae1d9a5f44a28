import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import type { Service } from '../../src/compose';
import { composeBeside, createTestApi, type TestApi } from '../support/api';

/** With running clocks; test/api/caches.test.ts stops them. */
describe('a change', () => {
  let api: TestApi;
  let beside: Service;

  beforeAll(async () => {
    api = await createTestApi({ THROTTLE: 'off' });
    beside = await composeBeside(api, { THROTTLE: 'off' });
  });
  afterAll(async () => {
    await beside.close();
    await api.close();
  });

  it('reaches readers who race writers: at once on the same instance, within a second on another', async () => {
    /** When the nth review was acknowledged, by n. */
    const acknowledgedAtMs: number[] = [Date.now()];
    let writing = true;
    const violations: string[] = [];
    const newestBefore = (ms: number) => acknowledgedAtMs.findLastIndex((at) => at <= ms);

    async function writeMany(): Promise<void> {
      for (let n = 1; n <= 60; n += 1) {
        await api.submit('raced').expect(201);
        acknowledgedAtMs[n] = Date.now();
        await sleep(30);
      }
      writing = false;
    }
    async function read(listener: Service['listener'], allowedMs: number): Promise<void> {
      while (writing) {
        const expected = newestBefore(Date.now() - allowedMs);
        const [page, summary] = await Promise.all([
          supertest(listener).get('/v1/products/raced/reviews').expect(200),
          supertest(listener).get('/v1/products/raced/summary').expect(200),
        ]);
        if (summary.body.count < expected)
          violations.push(`${summary.body.count} of ${expected} counted`);
        if (page.body.reviews.length < Math.min(expected, 10))
          violations.push(`${page.body.reviews.length} of ${expected} shown`);
      }
    }
    await Promise.all([
      writeMany(),
      read(api.app, 0),
      read(api.app, 0),
      read(beside.listener, 1_000),
      read(beside.listener, 1_000),
    ]);
    expect(violations).toEqual([]);
  });
});
