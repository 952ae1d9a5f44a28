// CloudFront runs this before it looks into its cache, for the API's paths.
//
// Who has just written must see it on the next read: the cookie that every write is answered with, or `Cache-Control: no-cache`,
// makes a cache key that nobody else has, so the request goes to Nginx, which lets it through for the same two reasons. The header
// is ours: what a client sends in it is dropped, or it could make keys at will.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const cacheControl = request.headers['cache-control'];
  const wrote = request.cookies.starling_wrote;
  delete request.headers['x-starling-fresh'];
  if (
    (wrote && wrote.value === '1') ||
    (cacheControl && /no-cache|no-store/i.test(cacheControl.value))
  ) {
    request.headers['x-starling-fresh'] = { value: event.context.requestId };
  }
  return request;
}
