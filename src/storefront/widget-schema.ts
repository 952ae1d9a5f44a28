import { z } from 'zod';
import { line, locale } from '../platform/http/body-fields';
import { pageSize, productId } from '../platform/http/parameters';
import { DEFAULT_LIMIT } from '../reviews/review-schema';

/** The request for a widget's fragment (widget-contract.ts). */

export const widgetPathParameters = z.object({ product_id: productId });

const LIMIT_MAX = 100;

export const widgetQuery = z.object({
  locale: locale.default('en').meta({
    default: 'en',
    description:
      'The language of the widget, such as `de-AT`. A language without texts gets English. Dates and numbers follow the region; default: `en`',
  }),
  limit: pageSize(LIMIT_MAX, DEFAULT_LIMIT),
  product_name: line(1, 200).optional().meta({
    description: "The product's name for search engines; default: the product's key",
  }),
  jsonld: z.enum(['on', 'off'], 'must be on or off').default('on').meta({
    default: 'on',
    description: 'Whether the fragment describes the product to search engines; default: `on`',
  }),
  jsonld_id: line(1, 300).optional().meta({
    description:
      "The `@id` of the `Product` in the JSON-LD of the store's own page. Search engines then join the two",
  }),
});
export type WidgetQuery = z.output<typeof widgetQuery>;

export const widgetFragment = z.string().meta({
  id: 'WidgetFragment',
  description:
    'HTML to put inside `<starling-reviews>`: one `section` and, if there are reviews, one `script` with JSON-LD. Every text of a user is escaped',
});
