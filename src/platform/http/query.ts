import { type ParsedUrlQuery, parse } from 'node:querystring';
import { Problem } from './problem';

/** Far more than any route knows, and than storefronts and CDNs add. */
const PARAMETERS_MAX = 100;

/**
 * Express's query parser: flat, repeated parameters as lists. Node's own leaves out what comes
 * after the thousandth parameter, so that a filter behind it would not count.
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
