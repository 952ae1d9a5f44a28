import type { Review, ReviewPage } from '../../client/contract-types';
import { reviewTemplate } from '../shared/review-template';
import type { Wording } from '../shared/wording';
import type { ReviewVotes } from './review-votes';
import type { WidgetApi } from './widget-api';

/** The API's own, which first pages are stored with: not to be said. */
const DEFAULT_LIMIT = '10';

export interface ReviewListOptions {
  api: WidgetApi;
  section: HTMLElement;
  productId: string;
  wording: Wording;
  votes: ReviewVotes;
}

export interface ReviewList {
  /** Begins again with the order and the filters that the controls show. */
  reload(): Promise<void>;
  showMore(): Promise<void>;
  /** Puts the author's own new review first. */
  prepend(review: Review): void;
}

/**
 * The list of reviews with its controls: order, filters, further pages.
 *
 * Failure: a page that cannot be had rejects, and what is shown stays.
 */
export function createReviewList(options: ReviewListOptions): ReviewList {
  const { api, section, productId, wording, votes } = options;
  const list = section.querySelector<HTMLElement>('.starling-list')!;
  const more = section.querySelector<HTMLElement>('.starling-more')!;
  let cursor = section.dataset.nextCursor || null;
  /** Answers of an order or filter that has been changed meanwhile are not shown. */
  let latest = 0;
  markOwnVotes(list);

  async function load(from: string | null): Promise<boolean> {
    const turn = ++latest;
    list.ariaBusy = 'true';
    try {
      const page = await api.json<ReviewPage>({ path: pathOf(from) });
      if (turn !== latest) return false;
      if (from === null) list.textContent = '';
      list.insertAdjacentHTML('beforeend', render(page.reviews));
      cursor = page.next_cursor;
      more.hidden = cursor === null;
      markOwnVotes(list);
      return true;
    } finally {
      if (turn === latest) list.ariaBusy = 'false';
    }
  }

  function render(reviews: readonly Review[]): string {
    return reviews.map((review) => reviewTemplate(wording, review)).join('');
  }

  function pathOf(from: string | null): string {
    const query = new URLSearchParams();
    for (const [name, value] of selectionOf(section)) query.append(name, value);
    const { pageSize } = section.dataset;
    if (pageSize !== DEFAULT_LIMIT) query.set('limit', pageSize!);
    if (from !== null) query.set('cursor', from);
    const text = String(query);
    return `/v1/products/${productId}/reviews${text && `?${text}`}`;
  }

  function announce(): void {
    const count = list.childElementCount;
    const { nothingFound, shown } = wording.messages;
    section.querySelector('.starling-status')!.textContent =
      count === 0 ? nothingFound : wording.plural(shown, count);
  }

  function markOwnVotes(within: ParentNode): void {
    for (const button of within.querySelectorAll<HTMLElement>('.starling-vote')) {
      const own = votes.of(button.closest<HTMLElement>('[data-review-id]')!.dataset.reviewId!);
      if (String(own) === button.dataset.helpful) button.ariaPressed = 'true';
    }
  }

  return {
    async reload() {
      if (await load(null)) announce();
    },
    async showMore() {
      const before = list.childElementCount;
      if (!(await load(cursor))) return;
      announce();
      const first = list.children[before] as HTMLElement | undefined;
      if (first) {
        first.tabIndex = -1;
        first.focus({ preventScroll: true });
      }
    },
    prepend(review) {
      list.insertAdjacentHTML('afterbegin', render([review]));
    },
  };
}

/** Only what differs from the first page: that page is the one that caches hold. */
function selectionOf(section: HTMLElement): [string, string][] {
  const form = section.querySelector<HTMLFormElement>('.starling-controls');
  const selected = form ? ([...new FormData(form)] as [string, string][]) : [];
  const ratings = [...section.querySelectorAll<HTMLElement>('.starling-row[aria-pressed=true]')];
  return [
    ...selected.filter(([name, value]) => value !== '' && `${name}=${value}` !== 'sort=relevant'),
    ...(ratings.length > 0
      ? ([['rating', ratings.map((row) => row.dataset.rating).join(',')]] as [string, string][])
      : []),
  ];
}
