import { type Html, html } from './html';
import type { PageWording } from './page-wording';

/** What the service is set to, as far as shoppers are told (Directive (EU) 2019/2161, 16 CFR 465). */
export interface ReviewPolicy {
  moderation: 'auto' | 'manual';
}

/** A short statement of how the store handles reviews. It is on every widget. */
export function statementTemplate({ pageMessages }: PageWording, policy: ReviewPolicy): Html {
  const { statement, statementTitle } = pageMessages;
  const sentences = [
    statement.whoMayReview,
    statement.verified,
    policy.moderation === 'manual' ? statement.checkedByModerators : statement.checkedByRules,
    statement.nothingHiddenForRating,
  ];
  return html`<details class="starling-statement"><summary>${statementTitle}</summary>${sentences.map((sentence) => html`<p>${sentence}</p>`)}</details>`;
}
