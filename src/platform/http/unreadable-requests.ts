import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers what Node refuses before it has a request: bytes that are not HTTP, headers of more than
 * 16 kB, a request that does not arrive completely. Node's own answers have no body. These are
 * problem documents with the texts of nginx/templates/starling/problem-texts.conf.
 */
type Refusal = [status: number, name: string, title: string];

const REFUSALS: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: [431, 'invalid-request', 'The headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'The request took too long to arrive'],
};
const NO_HTTP: Refusal = [400, 'invalid-request', 'The request is not valid HTTP'];
const CONNECT: Refusal = [405, 'method-not-allowed', 'The method is not allowed here'];
/** As in problem-texts.conf. */
const METHODS = 'GET, HEAD, OPTIONS, POST, PUT, DELETE';

/**
 * For a server's `clientError`. It closes the connection, because nobody can tell where the next
 * request on it would begin.
 */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuse(socket, REFUSALS[error.code ?? ''] ?? NO_HTTP);
}

/**
 * For a server's `connect`, because this is no proxy. Without a listener, Node closes the connection
 * without an answer.
 */
export function refuseConnect(socket: Socket): void {
  socket.on('error', () => socket.destroy()); // the client is gone; Node has taken its own listeners away
  refuse(socket, CONNECT, [`Allow: ${METHODS}`]);
}

function refuse(socket: Socket, refusal: Refusal, headers: readonly string[] = []): void {
  const [status, name, title] = refusal;
  const body = JSON.stringify({
    type: `urn:problem-type:starling:${name}`,
    title,
    status,
    instance: '',
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    'Cache-Control: no-store',
    `Content-Length: ${body.length}`,
    'Connection: close',
    ...headers,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
