import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendPaced } from './paced-load';

const PAGE = [{ method: 'GET' as const, path: '/' }];

describe('a paced load', () => {
  let server: Server;

  async function serve(answer: (response: ServerResponse, path: string) => void): Promise<string> {
    server = createServer((request, response) => answer(response, request.url!));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('sends what is due while nothing is answered, and counts the wait from when it was due', async () => {
    const held: ServerResponse[] = [];
    const url = await serve((response) => {
      held.push(response);
      if (held.length === 50) for (const each of held) each.end();
    });

    const result = await sendPaced(url, PAGE, { perSecond: 100, seconds: 0.5 });

    expect(result).toMatchObject({ requests: 50, errors: 0 });
    // The last was due after 490 ms, and until then none was answered: not the first, due at once,
    // nor the 25th, due after 240 ms.
    expect(result.p99Ms).toBeGreaterThanOrEqual(480);
    expect(result.p50Ms).toBeGreaterThanOrEqual(240);
  });

  it('counts refusals and broken answers as errors', async () => {
    const url = await serve((response, path) => {
      if (path === '/broken') response.socket!.destroy();
      else response.writeHead(path === '/refused' ? 429 : 200).end();
    });
    const requests = ['/', '/refused', '/broken', '/'].map((path) => ({
      method: 'GET' as const,
      path,
    }));

    await expect(sendPaced(url, requests, { perSecond: 200, seconds: 0.1 })).resolves.toMatchObject(
      {
        requests: 20,
        errors: 10,
      },
    );
  });
});
