import { get } from 'node:http';

const ANSWER_TIMEOUT_MS = 1_000;

/**
 * Whether `url` answers 200 now. On a connection of its own: an instance that stops would wait for
 * one that is kept.
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
