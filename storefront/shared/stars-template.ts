import { type Html, html } from './html';
import { fill } from './messages/messages';
import type { Wording } from './wording';

/** Five stars side by side, each in a square of 20. */
const STAR = 'm10 1 2.8 5.9 6.5.8-4.8 4.5 1.2 6.4L10 15.5l-5.7 3.1 1.2-6.4L.7 7.7l6.5-.8Z';
const FIVE_STARS = [0, 20, 40, 60, 80].map(
  (x) => html`<path transform="translate(${x})" d="${STAR}"/>`,
);

/**
 * Stars filled up to the average. The inner `svg` clips its own copy, so that neither a style
 * attribute, which a strict Content-Security-Policy refuses, nor an id is needed.
 */
export function starsTemplate(wording: Wording, average: number): Html {
  const label = fill(wording.messages.outOfFive, { average: wording.average(average) });
  return html`<svg class="starling-stars" viewBox="0 0 100 20" role="img" aria-label="${label}"><g class="starling-stars-empty">${FIVE_STARS}</g><svg class="starling-stars-full" width="${Math.round(average * 20)}" height="20">${FIVE_STARS}</svg></svg>`;
}
