import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedInstance {
  port: number;
  /** The complete requests that have arrived, in order. */
  requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  /** Sets how it handles the next requests. */
  answer: RequestListener;
  close(): Promise<void>;
}

/**
 * Stands in for an instance when a test must decide what the instance does: hang up half-way,
 * answer 502, count.
 */
export async function startScriptedInstance(
  answer: RequestListener = answerOk,
): Promise<ScriptedInstance> {
  const instance: ScriptedInstance = { port: 0, requests: [], answer, close };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    instance.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    instance.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  instance.port = (server.address() as AddressInfo).port;

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  return instance;
}

function answerOk(_request: IncomingMessage, response: ServerResponse): void {
  answerJson(response, { ok: true });
}

/**
 * A public response as instances send it. Nginx may keep it until `keptForSeconds` after this
 * second.
 */
export function answerJson(
  response: ServerResponse,
  body: unknown,
  headers: Record<string, string> = {},
  keptForSeconds = 60,
): void {
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'public, max-age=0, s-maxage=60',
    'X-Accel-Expires': `@${Math.floor(Date.now() / 1000) + keptForSeconds}`,
    ...headers,
  });
  response.end(JSON.stringify(body));
}
