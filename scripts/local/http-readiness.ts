import { get } from 'node:http';

const ANSWER_TIMEOUT_MS = 1_000;

/**
 * Whether `url` answers 200 now. It uses a new connection: a stopping instance would wait for one
 * that is kept open.
 */
export function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ANSWER_TIMEOUT_MS }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode === 200));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false)); // refused, or too slow: not yet
  });
}
