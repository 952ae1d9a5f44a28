import type { Summary } from '../../client/contract-types';
import { type Html, html } from './html';
import type { Sort } from './messages/messages';
import type { PageWording } from './page-wording';

const SORTS: readonly Sort[] = ['relevant', 'newest', 'oldest', 'highest', 'lowest', 'helpful'];

/**
 * Order and filters of the list. The histogram's rows filter by rating (summary-template.ts). The
 * filter by language shows the reviews that have exactly the widget's language tag: the form gives
 * new reviews the same tag.
 */
export function controlsTemplate(
  { pageMessages: texts, locale }: PageWording,
  summary: Summary,
): Html | false {
  if (summary.count === 0) return false;
  const sorts = SORTS.map((sort) => html`<option value="${sort}">${texts.sorts[sort]}</option>`);
  return html`<form class="starling-controls">
<label>${texts.sort} <select name="sort">${sorts}</select></label>
<label><input type="checkbox" name="has_photos" value="true"> ${texts.withPhotos}</label>
<label><input type="checkbox" name="verified" value="true"> ${texts.verifiedOnly}</label>
<label><input type="checkbox" name="locale" value="${locale}"> ${texts.thisLanguageOnly}</label>
<button type="reset" class="starling-link" hidden>${texts.clearFilters}</button>
</form>`;
}
