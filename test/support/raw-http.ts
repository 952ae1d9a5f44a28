import { connect } from 'node:net';

export interface RawAnswer {
  /** Status line and headers. Empty: the connection ended without a response. */
  head: string;
  body: string;
}

/**
 * Sends these lines of a request's head unchanged, even if no client library would send them, and
 * reads until the connection ends: the request should have `Connection: close`. Characters up to
 * U+00FF go as one byte each.
 */
export function exchange(url: string, lines: readonly string[]): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    // A broken connection gives no response, or half of one.
    socket
      .once('error', () => {})
      .once('close', () => {
        const [head = '', body = ''] = received.split('\r\n\r\n');
        resolve({ head, body });
      });
    socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  });
}
