// CloudFront runs this for the storefront's paths before it looks into its cache.
//
// The storefront is a single document that routes by itself. A path without a file extension is a
// page, and every page is that document. Error pages could do the same, but would also turn the
// API's 404 into a page.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const lastPart = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (lastPart.indexOf('.') === -1) request.uri = '/index.html';
  return request;
}
