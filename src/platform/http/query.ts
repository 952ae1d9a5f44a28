import { type ParsedUrlQuery, parse } from 'node:querystring';
import { Problem } from './problem';

/** Far more than any route has, with what storefronts and CDNs add. */
const PARAMETERS_MAX = 100;

/**
 * The query parser for Express: no nesting, and repeated parameters become lists. Node's parser
 * silently drops parameters after the thousandth, so a filter there would have no effect.
 *
 * @throws Problem `invalid-request` when there are more than 100
 */
export function parseQuery(text: string | null): ParsedUrlQuery {
  const query = text ?? '';
  if (query.split('&', PARAMETERS_MAX + 1).length > PARAMETERS_MAX) {
    throw new Problem('invalid-request', {
      detail: `A query may have ${PARAMETERS_MAX} parameters.`,
    });
  }
  return parse(query);
}
