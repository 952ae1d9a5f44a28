import { StarlingReviews } from './starling-reviews';
import { StarlingStars } from './starling-stars';

/** The bundle's entry: defines the elements, once per page. */
if (!customElements.get('starling-reviews')) {
  customElements.define('starling-reviews', StarlingReviews);
  customElements.define('starling-stars', StarlingStars);
}
