import type { ReviewPage, Summary } from '../../client/contract-types';
import { controlsTemplate } from './controls-template';
import { type Html, html } from './html';
import type { PageWording } from './page-wording';
import { reviewTemplate } from './review-template';
import { type ReviewPolicy, statementTemplate } from './statement-template';
import { summaryTemplate } from './summary-template';

export interface WidgetContent {
  summary: Summary;
  page: ReviewPage;
  /** How many reviews a page holds at most: the element asks for further pages of this size. */
  pageSize: number;
  policy: ReviewPolicy;
  /** The names that the store lets reviewers rate besides the stars. */
  vocabulary: readonly string[];
}

/**
 * The whole widget. The service sends it as a fragment, and the element renders the same where the
 * page has none, so enhancing the fragment changes no markup and moves nothing.
 *
 * What needs a script is in it from the beginning. The style sheet hides it from readers without
 * JavaScript.
 */
export function widgetTemplate(wording: PageWording, content: WidgetContent): Html {
  const { summary, page, pageSize, policy, vocabulary } = content;
  const { messages, pageMessages } = wording;
  const shown = page.reviews.length;
  return html`<section class="starling" lang="${wording.locale}" dir="${wording.direction}" data-next-cursor="${page.next_cursor}" data-page-size="${pageSize}" data-vocabulary="${JSON.stringify(vocabulary)}">
<h2 class="starling-title">${pageMessages.title}</h2>
${summaryTemplate(wording, summary)}
${controlsTemplate(wording, summary)}
<p class="starling-status" role="status">${shown > 0 && wording.plural(messages.shown, shown)}</p>
<ol class="starling-list">${page.reviews.map((review) => reviewTemplate(wording, review))}</ol>
<button type="button" class="starling-button starling-more"${page.next_cursor === null && html` hidden`}>${pageMessages.more}</button>
${statementTemplate(wording, policy)}
</section>`;
}
