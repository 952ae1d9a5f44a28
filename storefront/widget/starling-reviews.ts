import type { Review } from '../../client/contract-types';
import { html } from '../shared/html';
import { voteCount } from '../shared/review-template';
import type { Wording } from '../shared/wording';
import { openPhoto } from './dialog';
import { askForReason } from './report-dialog';
import { openReviewForm } from './review-form';
import { createReviewList, type ReviewList } from './review-list';
import { createReviewVotes, type ReviewVotes } from './review-votes';
import { loadStyles } from './style-sheet';
import { createWidgetApi, type WidgetApi } from './widget-api';
import { apiBaseOf, loadWording, localeOf, productIdOf } from './widget-settings';

/**
 * `<starling-reviews product-id="42">`: the reviews of a product.
 *
 * With the service's fragment inside, it makes that work in place, with no request. Without one, it
 * fetches the fragment first: one request. When the page's script changes an attribute, it begins
 * again. Everything is in the light DOM, so the store's styles reach it.
 * Failure: what is shown stays, and a line says that the service cannot be reached.
 */
export class StarlingReviews extends HTMLElement {
  static readonly observedAttributes = ['product-id', 'api', 'locale', 'limit'];

  #api!: WidgetApi;
  #votes!: ReviewVotes;
  #wording!: Wording;
  #list!: ReviewList;
  #section!: HTMLElement;
  #productId!: string;
  /** Counts the starts: one that an attribute has overtaken goes no further. */
  #starts = 0;

  connectedCallback(): void {
    if (this.#starts > 0) return; // moved within the page
    if (document.readyState === 'loading' && !this.querySelector('.starling'))
      document.addEventListener('DOMContentLoaded', () => void this.#start());
    else void this.#start();
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (this.#starts === 0 || before === now) return;
    this.textContent = '';
    void this.#start();
  }

  async #start(): Promise<void> {
    const start = ++this.#starts;
    this.#productId = productIdOf(this);
    this.#api = createWidgetApi(apiBaseOf(this));
    this.#votes = createReviewVotes(this.#api);
    const styles = loadStyles(this);
    const rendered = this.querySelector<HTMLElement>('.starling');
    this.#wording = await loadWording(rendered?.lang ?? localeOf(this));
    const section = rendered ?? (await this.#fetchFragment(styles));
    if (!section || start !== this.#starts) return;
    this.#section = section;
    this.#list = createReviewList({
      api: this.#api,
      section,
      productId: this.#productId,
      wording: this.#wording,
      votes: this.#votes,
    });
    this.#listen(section);
    section.dataset.ready = '';
  }

  /** @returns null when it cannot be had; the reader may try again */
  async #fetchFragment(styles: Promise<unknown>): Promise<HTMLElement | null> {
    const start = this.#starts;
    this.innerHTML = String(
      html`<p class="starling-status" role="status">${this.#wording.messages.loading}</p>`,
    );
    const query = new URLSearchParams({ locale: localeOf(this) });
    for (const [attribute, parameter] of FRAGMENT_ATTRIBUTES) {
      const value = this.getAttribute(attribute);
      if (value) query.set(parameter, value);
    }
    try {
      const path = `/v1/products/${this.#productId}/widget?${query}`;
      const fragment = await this.#api.text({ path });
      await styles;
      if (start === this.#starts) this.innerHTML = fragment;
      return this.querySelector<HTMLElement>('.starling');
    } catch {
      if (start === this.#starts) this.#offerRetry(this.firstElementChild!, () => this.#start());
      return null;
    }
  }

  #listen(section: HTMLElement): void {
    section.addEventListener('click', (event) => this.#onClick(event));
    const controls = section.querySelector('.starling-controls');
    controls?.addEventListener('submit', (event) => event.preventDefault());
    controls?.addEventListener('change', () => this.#selectionChanged());
    controls?.addEventListener('reset', () => {
      for (const row of section.querySelectorAll('.starling-row')) row.ariaPressed = 'false';
      setTimeout(() => this.#selectionChanged()); // the fields are reset after the event
    });
  }

  #onClick(event: MouseEvent): void {
    const target = (event.target as Element).closest<HTMLElement>('button, a');
    if (!target) return;
    const is = (name: string) => target.classList.contains(`starling-${name}`);
    if (is('row')) {
      target.ariaPressed = String(target.ariaPressed !== 'true');
      this.#selectionChanged();
    } else if (is('more')) this.#attempt(() => this.#list.showMore());
    else if (is('write')) this.#write();
    else if (is('vote')) this.#attempt(() => this.#vote(target));
    else if (is('report')) void this.#report(target);
    else if (is('photo')) {
      event.preventDefault();
      openPhoto(this.#section, target as HTMLAnchorElement, this.#wording.messages.close);
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

  async #vote(button: HTMLElement): Promise<void> {
    const review = button.closest<HTMLElement>('[data-review-id]')!;
    const isWithdrawal = button.ariaPressed === 'true';
    const helpful = button.dataset.helpful === 'true';
    const counts = await this.#votes.cast(
      this.#productId,
      review.dataset.reviewId!,
      isWithdrawal ? undefined : helpful,
    );
    for (const each of review.querySelectorAll<HTMLElement>('.starling-vote')) {
      const isHelpful = each.dataset.helpful === 'true';
      const count = isHelpful ? counts.helpful_count : counts.not_helpful_count;
      each.ariaPressed = String(!isWithdrawal && isHelpful === helpful);
      each.querySelector('span')!.textContent = voteCount(this.#wording, count);
    }
  }

  async #report(button: HTMLElement): Promise<void> {
    if (button.ariaDisabled) return;
    const answer = await askForReason(this.#section, this.#wording);
    if (!answer) return;
    const { reviewId } = button.closest<HTMLElement>('[data-review-id]')!.dataset;
    this.#attempt(async () => {
      await this.#votes.report(this.#productId, reviewId!, answer.reason, answer.detail);
      button.ariaDisabled = 'true'; // not disabled: that would lose the focus
      this.#status.textContent = this.#wording.messages.reported;
    });
  }

  #write(): void {
    openReviewForm({
      api: this.#api,
      host: this.#section,
      productId: this.#productId,
      wording: this.#wording,
      vocabulary: JSON.parse(this.#section.dataset.vocabulary!),
      onPublished: (review) => this.#published(review),
    });
  }

  #published(review: Review): void {
    const { thanks, thanksPending } = this.#wording.messages;
    this.#section.querySelector('.starling-empty')?.remove();
    this.#list.prepend(review);
    this.#status.textContent = review.state === 'pending' ? thanksPending : thanks;
    this.dispatchEvent(new CustomEvent('starling:published', { bubbles: true, detail: review }));
  }

  /** Nothing that failed takes away what is shown. */
  #attempt(action: () => Promise<void>): void {
    action().catch(() => this.#offerRetry(this.#status, action));
  }

  #offerRetry(status: Element, action: () => Promise<void>): void {
    const { unavailable, retry } = this.#wording.messages;
    status.innerHTML = String(
      html`${unavailable} <button type="button" class="starling-link">${retry}</button>`,
    );
    status.querySelector('button')!.onclick = () => {
      status.textContent = this.#wording.messages.loading;
      this.#attempt(action);
    };
  }

  get #status(): Element {
    return this.#section.querySelector('.starling-status')!;
  }
}

/** What the fragment's request says besides the locale. */
const FRAGMENT_ATTRIBUTES = [
  ['limit', 'limit'],
  ['product-name', 'product_name'],
  ['data-jsonld', 'jsonld'],
  ['data-product-jsonld-id', 'jsonld_id'],
] as const;
