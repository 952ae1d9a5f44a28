import type { Summary } from '../../client/contract-types';
import { type Html, html } from './html';
import { fill } from './messages/messages';
import type { PageWording } from './page-wording';
import { starsTemplate } from './stars-template';

/** Average, histogram, recommendations and characteristics of a product. */
export function summaryTemplate(wording: PageWording, summary: Summary): Html {
  const { messages, pageMessages } = wording;
  const { yes, no } = summary.recommended;
  const share = wording.share(yes, yes + no);
  return html`<div class="starling-summary">
${summary.average === null ? html`<p class="starling-empty">${pageMessages.noReviews}</p>` : averageTemplate(wording, summary, summary.average)}
${summary.count > 0 && histogramTemplate(wording, summary)}
${yes + no > 0 && html`<p class="starling-recommended">${fill(pageMessages.recommended, { share })}</p>`}
${characteristicsTemplate(wording, summary)}
<button type="button" class="starling-button starling-write">${messages.write}</button>
</div>`;
}

function averageTemplate(wording: PageWording, summary: Summary, average: number): Html {
  return html`<p class="starling-average">${starsTemplate(wording, average)} <strong>${wording.average(average)}</strong> <span class="starling-count">${wording.plural(wording.messages.reviewCount, summary.count)}</span></p>`;
}

/** Each row is a button that filters the list by its rating. */
function histogramTemplate(wording: PageWording, summary: Summary): Html {
  const rows = ([5, 4, 3, 2, 1] as const).map((rating) => {
    const count = summary.histogram[rating];
    const stars = wording.plural(wording.messages.starCount, rating);
    const share = wording.share(count, summary.count);
    return html`<li><button type="button" class="starling-row" data-rating="${rating}" aria-pressed="false"><span>${stars}</span> ${barTemplate(count / summary.count)} <span class="starling-share">${share}</span></button></li>`;
  });
  return html`<ul class="starling-histogram">${rows}</ul>`;
}

function characteristicsTemplate(wording: PageWording, { characteristics }: Summary): Html | false {
  const rated = Object.entries(characteristics);
  if (rated.length === 0) return false;
  const rows = rated.map(([name, { average }]) => {
    const label = fill(wording.pageMessages.characteristicAverage, {
      average: wording.average(average),
    });
    return html`<div><dt>${name}</dt><dd>${barTemplate(average / 5)} <span>${label}</span></dd></div>`;
  });
  return html`<dl class="starling-characteristics">${rows}</dl>`;
}

/** Says nothing to screen readers: the text beside it does. @param share 0–1 */
function barTemplate(share: number): Html {
  return html`<svg class="starling-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round(share * 100)}" height="1"/></svg>`;
}
