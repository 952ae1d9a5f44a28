import type { Review } from '../../client/contract-types';
import { html } from '../shared/html';
import type { Wording } from '../shared/wording';
import { openPhoto } from './dialog';
import { askForReason } from './report-dialog';
import { openReviewForm } from './review-form';
import { createReviewList, type ReviewList } from './review-list';
import { createReviewVotes, type ReviewVotes } from './review-votes';
import { createWidgetApi, type WidgetApi } from './widget-api';
import { apiBaseOf, loadWording, localeOf, productIdOf } from './widget-settings';

/**
 * `<starling-reviews product-id="42">`: the reviews of a product.
 *
 * With the service's fragment inside, it makes that work in place. Without one, it fetches the
 * fragment first: one request. Everything is in the light DOM, so the store's styles reach it.
 * Failure: what is shown stays, and a line says that the service cannot be reached.
 */
export class StarlingReviews extends HTMLElement {
  #api!: WidgetApi;
  #votes!: ReviewVotes;
  #wording!: Wording;
  #list!: ReviewList;
  #section!: HTMLElement;

  connectedCallback(): void {
    if (this.#api) return; // moved within the page
    this.#api = createWidgetApi(apiBaseOf(this));
    this.#votes = createReviewVotes(this.#api);
    void this.#start();
  }

  async #start(): Promise<void> {
    const productId = productIdOf(this);
    this.#wording = await loadWording(this);
    const found = this.querySelector<HTMLElement>('.starling') ?? (await this.#fetchFragment());
    if (!found) return;
    this.#section = found;
    this.#list = createReviewList({
      api: this.#api,
      section: found,
      productId,
      wording: this.#wording,
      votes: this.#votes,
      pageSize: Number(found.dataset.pageSize ?? 10),
    });
    this.#listen(found, productId);
    found.dataset.ready = '';
  }

  /** @returns null when it cannot be had; the reader may try again */
  async #fetchFragment(): Promise<HTMLElement | null> {
    const { messages } = this.#wording;
    this.innerHTML = String(html`<p class="starling-status" role="status">${messages.loading}</p>`);
    const query = new URLSearchParams({ locale: localeOf(this) });
    const limit = this.getAttribute('limit');
    if (limit) query.set('limit', limit);
    for (const [attribute, parameter] of JSON_LD_ATTRIBUTES) {
      const value = this.getAttribute(attribute);
      if (value) query.set(parameter, value);
    }
    try {
      const path = `/v1/products/${productIdOf(this)}/widget?${query}`;
      this.innerHTML = await this.#api.text({ path });
      return this.querySelector<HTMLElement>('.starling');
    } catch {
      this.innerHTML = String(
        html`<p class="starling-status" role="alert">${messages.unavailable} <button type="button" class="starling-link">${messages.retry}</button></p>`,
      );
      this.querySelector('button')!.addEventListener('click', () => void this.#start());
      return null;
    }
  }

  #listen(section: HTMLElement, productId: string): void {
    section.addEventListener('click', (event) => this.#onClick(event, productId));
    const controls = section.querySelector('form.starling-controls');
    controls?.addEventListener('submit', (event) => event.preventDefault());
    controls?.addEventListener('change', () => this.#selectionChanged());
    controls?.addEventListener('reset', () => {
      for (const row of section.querySelectorAll('.starling-row')) row.ariaPressed = 'false';
      setTimeout(() => this.#selectionChanged()); // the fields are reset after the event
    });
  }

  #onClick(event: MouseEvent, productId: string): void {
    const target = (event.target as Element).closest<HTMLElement>('button, a');
    if (!target) return;
    const is = (name: string) => target.classList.contains(`starling-${name}`);
    if (is('row')) {
      target.ariaPressed = String(target.ariaPressed !== 'true');
      this.#selectionChanged();
    } else if (is('more')) this.#attempt(() => this.#list.showMore());
    else if (is('write')) this.#write(productId);
    else if (is('vote')) this.#attempt(() => this.#vote(target, productId));
    else if (is('report')) this.#attempt(() => this.#report(target, productId));
    else if (is('photo')) {
      event.preventDefault();
      openPhoto(this, target as HTMLAnchorElement, this.#wording.messages.close);
    }
  }

  #selectionChanged(): void {
    const reset = this.#section.querySelector<HTMLElement>('.starling-controls [type=reset]');
    const isFiltered = this.#section.querySelector(
      '.starling-row[aria-pressed=true], .starling-controls :checked[type=checkbox]',
    );
    if (reset) reset.hidden = !isFiltered;
    this.#attempt(() => this.#list.reload());
  }

  async #vote(button: HTMLElement, productId: string): Promise<void> {
    const review = button.closest<HTMLElement>('[data-review-id]')!;
    const isWithdrawal = button.ariaPressed === 'true';
    const helpful = button.dataset.helpful === 'true';
    const counts = await this.#votes.cast(
      productId,
      review.dataset.reviewId!,
      isWithdrawal ? undefined : helpful,
    );
    for (const each of review.querySelectorAll<HTMLElement>('.starling-vote')) {
      const isHelpful = each.dataset.helpful === 'true';
      const count = isHelpful ? counts.helpful_count : counts.not_helpful_count;
      each.ariaPressed = String(!isWithdrawal && isHelpful === helpful);
      each.querySelector('span')!.textContent = this.#wording.number(count);
    }
  }

  async #report(button: HTMLElement, productId: string): Promise<void> {
    const answer = await askForReason(this, this.#wording);
    if (!answer) return;
    const { reviewId } = button.closest<HTMLElement>('[data-review-id]')!.dataset;
    await this.#votes.report(productId, reviewId!, answer.reason, answer.detail);
    (button as HTMLButtonElement).disabled = true;
    this.#say(this.#wording.messages.reported);
  }

  #write(productId: string): void {
    openReviewForm({
      api: this.#api,
      host: this,
      productId,
      wording: this.#wording,
      vocabulary: JSON.parse(this.#section.dataset.vocabulary ?? '[]'),
      onPublished: (review) => this.#published(review),
    });
  }

  #published(review: Review): void {
    const { thanks, thanksPending } = this.#wording.messages;
    this.#list.prepend(review);
    this.#say(review.state === 'pending' ? thanksPending : thanks);
    this.dispatchEvent(new CustomEvent('starling:published', { bubbles: true, detail: review }));
  }

  /** Nothing that failed takes away what is shown. */
  #attempt(action: () => Promise<void>): void {
    action().catch(() => this.#say(this.#wording.messages.unavailable));
  }

  #say(text: string): void {
    this.#section.querySelector('.starling-status')!.textContent = text;
  }
}

const JSON_LD_ATTRIBUTES = [
  ['product-name', 'product_name'],
  ['data-jsonld', 'jsonld'],
  ['data-product-jsonld-id', 'jsonld_id'],
] as const;
