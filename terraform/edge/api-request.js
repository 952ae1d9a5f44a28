// CloudFront runs this for the API's paths before it looks into its cache.
//
// A client that has just written must see its write on the next read. With the cookie that every
// write sets, or with `Cache-Control: no-cache`, this function makes a unique cache key, so the
// request goes to Nginx, which bypasses its own cache for the same two reasons. The function first
// removes the header if the client sent it, because otherwise a client could choose cache keys.
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
