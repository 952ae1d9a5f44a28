// CloudFront runs this before it looks into its cache, for the storefront's paths.
//
// The storefront is one document that knows its own addresses: what has no file extension is a page, and all pages are that
// document. Done here and not with error pages, which would turn the API's own 404 into a page.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const lastPart = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (lastPart.indexOf('.') === -1) request.uri = '/index.html';
  return request;
}
