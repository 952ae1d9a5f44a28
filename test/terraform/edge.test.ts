import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { packageRoot } from '../../src/platform/package-root';

interface EdgeRequest {
  uri: string;
  headers: Record<string, { value: string }>;
  cookies: Record<string, { value: string }>;
}

/**
 * Runs a function as CloudFront does: the script declares `handler`, which gets an event and
 * returns the request.
 */
function atTheEdge(name: string, request: Partial<EdgeRequest>): EdgeRequest {
  const script = readFileSync(path.join(packageRoot, 'terraform', 'edge', `${name}.js`), 'utf8');
  const event = {
    context: { requestId: 'of-this-request' },
    request: { uri: '/', headers: {}, cookies: {}, ...request },
  };
  return runInNewContext(`${script}\nhandler(event)`, { event }) as EdgeRequest;
}

test('only requests with the cookie of a write or with no-cache get a cache key of their own', () => {
  const fresh = (request: Partial<EdgeRequest>) =>
    atTheEdge('api-request', request).headers['x-starling-fresh']?.value;

  expect(fresh({ cookies: { starling_wrote: { value: '1' } } })).toBe('of-this-request');
  expect(fresh({ headers: { 'cache-control': { value: 'No-Cache' } } })).toBe('of-this-request');
  expect(fresh({})).toBeUndefined();
  expect(fresh({ headers: { 'cache-control': { value: 'max-age=60' } } })).toBeUndefined();
  expect(fresh({ cookies: { starling_wrote: { value: '0' } } })).toBeUndefined();
  // A client cannot choose its key.
  expect(fresh({ headers: { 'x-starling-fresh': { value: 'mine' } } })).toBeUndefined();
});

test('every page of the storefront gets the one document, and a file gets itself', () => {
  const uri = (given: string) => atTheEdge('storefront-request', { uri: given }).uri;

  expect(['/', '/products/42', '/v2.1/about'].map(uri)).toEqual([
    '/index.html',
    '/index.html',
    '/index.html',
  ]);
  expect(['/assets/app.3f2a.js', '/favicon.ico'].map(uri)).toEqual([
    '/assets/app.3f2a.js',
    '/favicon.ico',
  ]);
});
