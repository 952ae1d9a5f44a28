import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeWith } from '../../../test/support/programs';
import { sendWithAutocannon } from './autocannon';
import type { BenchRequest, SendLoad } from './load-types';
import { sendWithWrk } from './wrk';

const CONNECTIONS = 4;
/** Longer than a test may take: a load that does not end by itself fails its test. */
const ENDLESS_SECONDS = 100_000;

function describeLoad(send: SendLoad): void {
  let server: Server;
  let url: string;
  const paths: string[] = [];
  const bodies: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      paths.push(request.url!);
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(request.url === '/refused' ? 429 : 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    paths.length = 0;
    bodies.length = 0;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const gets = (count: number): BenchRequest[] =>
    Array.from({ length: count }, (_, n) => ({ method: 'GET', path: `/${n}` }));

  it('sends each request once and ends when all are sent', async () => {
    const pace = { connections: CONNECTIONS, seconds: ENDLESS_SECONDS, once: true };

    const result = await send(url, gets(400), pace);

    expect(new Set(paths).size).toBe(400);
    expect(paths.length).toBeLessThanOrEqual(400 + CONNECTIONS);
    expect(result.requests).toBeGreaterThanOrEqual(400 - CONNECTIONS);
    expect(result.errors).toBe(0);
    expect(result.requestsPerSecond).toBeGreaterThan(1); // of the time it took, not of `seconds`
  });

  it('gives every body a text of its own', async () => {
    const post: BenchRequest = { method: 'POST', path: '/', body: 'a # b' };

    await send(url, [post], { connections: CONNECTIONS, seconds: 1 });

    expect(bodies.length).toBeGreaterThan(CONNECTIONS);
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(bodies[0]).toMatch(/^a [\d-]+ b$/);
  });

  it('counts refusals as errors, and only good answers in each second', async () => {
    const refused: BenchRequest[] = [{ method: 'GET', path: '/refused' }];
    const pace = { connections: CONNECTIONS, seconds: 3, countsSeconds: true };

    const bad = await send(url, refused, pace);
    const good = await send(url, gets(10), pace);

    expect(bad.errors).toBeGreaterThan(0);
    expect(bad.errors).toBe(bad.requests);
    expect(Math.max(0, ...bad.perSecond!)).toBe(0);
    expect(good.perSecond!.length).toBeGreaterThanOrEqual(2);
    const counted = good.perSecond!.reduce((total, count) => total + count, 0);
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(good.requests);
  });
}

describeWith('wrk', 'a load with wrk', () => describeLoad(sendWithWrk));
describe('a load with autocannon', () => describeLoad(sendWithAutocannon));
