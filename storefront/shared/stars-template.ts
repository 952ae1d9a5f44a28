import { type Html, html } from './html';
import { fill } from './messages/messages';
import type { Wording } from './wording';

/** One star in a square of 20, from its top; the next star's top is 20 to the right. */
const STAR = 'l2.8 5.9 6.5.8-4.8 4.5 1.2 6.4-5.7-3.1-5.7 3.1 1.2-6.4-4.8-4.5 6.5-.8z';
const FIVE_STARS = html`<path d="m10 1${Array(5).fill(STAR).join('m20 0')}"/>`;

/**
 * Stars filled up to the average. The inner `svg` clips its own copy, so that neither a style
 * attribute, which a strict Content-Security-Policy refuses, nor an id is needed.
 *
 * @param suffix for screen readers, after `4.5 out of 5 stars`
 */
export function starsTemplate(wording: Wording, average: number, suffix = ''): Html {
  const label = fill(wording.messages.outOfFive, { average: wording.number(average) }) + suffix;
  return html`<svg class="starling-stars" viewBox="0 0 100 20" role="img" aria-label="${label}">${FIVE_STARS}<svg class="starling-stars-full" width="${Math.round(average * 20)}" height="20">${FIVE_STARS}</svg></svg>`;
}
