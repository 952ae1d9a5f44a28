import http, { type RefinedResponse, type RequestBody } from 'k6/http';
import { apiKey, baseUrl, isCacheBypassed } from './settings.ts';

export type Answer = RefinedResponse<'text'>;

interface RequestOptions {
  /** What the report calls requests of this kind. */
  kind: string;
  headers?: Record<string, string>;
  /** The address is who asks, also where a key is set. */
  isAnonymous?: boolean;
  /** Statuses that are no failure. 200 to 399 if absent. */
  expects?: readonly number[];
}

/**
 * An answer that takes longer is a failure. Far above the bar, so that slow answers are measured
 * and not cut off.
 */
const TIMEOUT = '10s';

const keyHeaders: Record<string, string> = apiKey ? { Authorization: `Bearer ${apiKey}` } : {};
const cacheHeaders: Record<string, string> = isCacheBypassed ? { 'Cache-Control': 'no-store' } : {};

export function get(path: string, options: RequestOptions): Answer {
  return send('GET', path, null, options);
}

/** With a JSON body. */
export function send(method: string, path: string, body: unknown, options: RequestOptions): Answer {
  const text: RequestBody | null = body === null ? null : JSON.stringify(body);
  return http.request(method, `${baseUrl}${path}`, text, {
    headers: {
      ...cacheHeaders,
      ...(!options.isAnonymous && keyHeaders),
      ...(text !== null && { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    // Without a name each URL would be a series of numbers of its own, a million of them.
    tags: { name: options.kind },
    timeout: TIMEOUT,
    responseType: 'text',
    ...(options.expects && { responseCallback: http.expectedStatuses(...options.expects) }),
  });
}
