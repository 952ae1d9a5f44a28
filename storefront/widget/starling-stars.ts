import type { Summaries, Summary } from '../../client/contract-types';
import { html } from '../shared/html';
import { starsTemplate } from '../shared/stars-template';
import { loadStyles } from './style-sheet';
import { createWidgetApi } from './widget-api';
import { apiBaseOf, loadWording, localeOf, productIdOf } from './widget-settings';

/** What one request to `/v1/summaries` may ask for. */
const PRODUCTS_MAX = 100;

/**
 * `<starling-stars product-id="42">`: the stars and the number of reviews of a product, for
 * listings. All such elements of a page share requests. One that cannot be filled stays as it is.
 */
export class StarlingStars extends HTMLElement {
  connectedCallback(): void {
    if (this.querySelector('.starling-stars')) return;
    void this.#show();
  }

  async #show(): Promise<void> {
    const [wording, summary] = await Promise.all([
      loadWording(localeOf(this)),
      findSummary(apiBaseOf(this), productIdOf(this)),
      loadStyles(this),
    ]);
    if (summary === null || summary.average === null) return;
    const { average, count } = summary;
    const reviews = wording.plural(wording.messages.reviewCount, count);
    this.innerHTML = String(
      html`${starsTemplate(wording, average, `, ${reviews}`)} <span class="starling-count" aria-hidden="true">${wording.number(count)}</span>`,
    );
  }
}

type Waiting = Map<string, ((summary: Summary | null) => void)[]>;
const waitingOf = new Map<string, Waiting>();

/** Elements that a parser adds in one turn go together. */
function findSummary(base: string, productId: string): Promise<Summary | null> {
  return new Promise((resolve) => {
    let waiting = waitingOf.get(base);
    if (!waiting) {
      waiting = new Map();
      waitingOf.set(base, waiting);
      setTimeout(() => {
        const all = [...waitingOf.get(base)!];
        waitingOf.delete(base);
        for (let at = 0; at < all.length; at += PRODUCTS_MAX)
          void answerAll(base, new Map(all.slice(at, at + PRODUCTS_MAX)));
      });
    }
    waiting.set(productId, [...(waiting.get(productId) ?? []), resolve]);
  });
}

async function answerAll(base: string, waiting: Waiting): Promise<void> {
  const path = `/v1/summaries?product_ids=${[...waiting.keys()].join(',')}`;
  const { summaries } = await createWidgetApi(base)
    .json<Summaries>({ path })
    .catch(() => ({ summaries: [] as Summary[] }));
  const found = new Map(summaries.map((summary) => [summary.product_id, summary]));
  for (const [productId, resolvers] of waiting)
    for (const resolve of resolvers) resolve(found.get(productId) ?? null);
}
