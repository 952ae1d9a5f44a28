import type { IncomingMessage } from 'node:http';

/** Whether a request has a body: it announces chunks, or a length above zero (RFC 9112, 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
