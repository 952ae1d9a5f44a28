import type { Summary } from '../../client/contract-types';
import { type Html, html } from './html';
import type { Sort } from './messages/messages';
import type { Wording } from './wording';

const SORTS: readonly Sort[] = ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful'];

/** Order and filters of the list. The histogram's rows filter by rating (summary-template.ts). */
export function controlsTemplate({ messages }: Wording, summary: Summary): Html | false {
  if (summary.count === 0) return false;
  const sorts = SORTS.map((sort) => html`<option value="${sort}">${messages.sorts[sort]}</option>`);
  return html`<form class="starling-controls">
<label>${messages.sort} <select name="sort">${sorts}</select></label>
<label><input type="checkbox" name="has_photos" value="true"> ${messages.withPhotos}</label>
<label><input type="checkbox" name="verified" value="true"> ${messages.verifiedOnly}</label>
<button type="reset" class="starling-link" hidden>${messages.clearFilters}</button>
</form>`;
}
