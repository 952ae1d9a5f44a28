import http, { type RefinedResponse, type RequestBody } from 'k6/http';
import { apiKey, baseUrl, isCacheBypassed } from './settings.ts';

export type Answer = RefinedResponse<'text'>;

interface RequestOptions {
  /** The name of this kind of request in the report. */
  kind: string;
  headers?: Record<string, string>;
  /** Send no key, even if one is set. */
  isAnonymous?: boolean;
  /** Statuses that do not count as failures. Default: 200 to 399. */
  expects?: readonly number[];
}

/**
 * A slower answer counts as a failure. The limit is far above the bar, so that slow answers are
 * measured.
 */
const TIMEOUT = '10s';

const keyHeaders: Record<string, string> = apiKey ? { Authorization: `Bearer ${apiKey}` } : {};
const cacheHeaders: Record<string, string> = isCacheBypassed ? { 'Cache-Control': 'no-store' } : {};

export function get(path: string, options: RequestOptions): Answer {
  return send('GET', path, null, options);
}

/** Sends a request with a JSON body, or without a body if it is null. */
export function send(method: string, path: string, body: unknown, options: RequestOptions): Answer {
  const text: RequestBody | null = body === null ? null : JSON.stringify(body);
  return http.request(method, `${baseUrl}${path}`, text, {
    headers: {
      ...cacheHeaders,
      ...(!options.isAnonymous && keyHeaders),
      ...(text !== null && { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    // The name keeps k6 from making a separate series for each of a million URLs.
    tags: { name: options.kind },
    timeout: TIMEOUT,
    responseType: 'text',
    ...(options.expects && { responseCallback: http.expectedStatuses(...options.expects) }),
  });
}
