import { publicRead } from '../platform/http/openapi-parts';
import { READ_PROBLEMS } from '../platform/http/openapi-problems';
import { BAD_PRODUCT_ID } from '../platform/http/openapi-values';
import type { Operations } from '../platform/http/operation';
import { widgetFragment, widgetPathParameters, widgetQuery } from './widget-schema';

/** The operation that renders the widget (docs/guide/widget.md). */

/** A part of it: a test looks for this part in the answer. */
const FRAGMENT = '<h2 class="starling-title">Customer reviews</h2>';

export const widgetOperations = {
  readWidget: {
    method: 'get',
    path: '/v1/products/{product_id}/widget',
    tag: 'Storefront',
    summary: "A product's reviews as HTML",
    description: [
      'The reviews widget with the summary, the first page in the default order, and JSON-LD for search engines. Put it inside',
      '`<starling-reviews>` when your server renders the page. Stars and reviews are then in the HTML, also without JavaScript.',
      'It shows the same version of the product as the page of reviews, and caches may keep it as long.',
    ].join(' '),
    params: widgetPathParameters,
    query: widgetQuery,
    responses: publicRead(widgetFragment, FRAGMENT, 'text/html'),
    problems: [['invalid-request', BAD_PRODUCT_ID], ...READ_PROBLEMS],
  },
} satisfies Operations;
