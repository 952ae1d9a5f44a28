import { hash } from 'node:crypto';
import { Problem } from './problem';

/** Identifies a request that a client may repeat: hashes of its key and its content, 32 bytes each. */
export interface IdempotencyKey {
  keyHash: Buffer;
  requestHash: Buffer;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The key of a request, or null if it has none. Keys are separate per owner, so two API clients may
 * use the same one. `body` is the parsed body, so white space and headers do not matter.
 *
 * @throws Problem `invalid-request` when the header is empty, too long or not plain ASCII
 */
export function parseIdempotencyKey(
  header: string | undefined,
  owner: string,
  request: { path: string; body: unknown },
): IdempotencyKey | null {
  if (header === undefined) return null;
  if (!KEY.test(header)) {
    const message = 'must be 1–255 visible ASCII characters';
    throw new Problem('invalid-request', { errors: [{ path: 'Idempotency-Key', message }] });
  }
  return {
    keyHash: sha256(`${owner}\n${header}`),
    requestHash: sha256(`${request.path}\n${JSON.stringify(request.body)}`),
  };
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/**
 * Tracks the requests with a key that this instance is answering. A second request with the same key
 * waits for the outcome of the first. Between instances the database decides (review-writer.ts).
 * Bound: that of the write queue.
 */
export function createRequestsUnderWay<Outcome>() {
  const underWay = new Map<string, { requestHash: Buffer; outcome: Promise<Outcome> }>();

  /** @throws Problem `key-reused` when the key is being used for another request */
  return function runOnce(
    key: IdempotencyKey | null,
    work: () => Promise<Outcome>,
  ): Promise<Outcome> {
    if (!key) return work();
    const name = key.keyHash.toString('base64');
    const other = underWay.get(name);
    if (other) {
      if (!other.requestHash.equals(key.requestHash))
        return Promise.reject(new Problem('key-reused'));
      return other.outcome;
    }
    const outcome = work().finally(() => underWay.delete(name));
    underWay.set(name, { requestHash: key.requestHash, outcome });
    return outcome;
  };
}
