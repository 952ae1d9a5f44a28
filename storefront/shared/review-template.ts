import type { Review } from '../../client/contract-types';
import { type Html, html } from './html';
import { fill } from './messages/messages';
import { starsTemplate } from './stars-template';
import type { Wording } from './wording';

/** Longer texts are folded, so that one review does not push the others off the screen. */
const FOLDED_FROM_CHARACTERS = 600;
const EXCERPT_CHARACTERS = 400;
/** The first half of a character that UTF-16 writes as two units. */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/** One review as an item of the list. */
export function reviewTemplate(wording: Wording, review: Review): Html {
  const { messages } = wording;
  return html`<li class="starling-review" data-review-id="${review.review_id}"><article>
<header>${starsTemplate(wording, review.rating)}${review.title !== '' && html` <h3 class="starling-review-title" dir="auto">${review.title}</h3>`}
<p class="starling-byline"><span dir="auto">${review.author.name}</span> <time datetime="${review.created_at}">${wording.day(review.created_at)}</time>${review.verified && html` <span class="starling-verified">${messages.verified}</span>`}</p></header>
${review.state === 'pending' && html`<p class="starling-pending">${messages.pending}</p>`}
${bodyTemplate(wording, review)}
${recommendationTemplate(wording, review)}${ratedTemplate(review)}${photosTemplate(wording, review)}${responseTemplate(wording, review)}
${review.state !== 'pending' && feedbackTemplate(wording, review)}
</article></li>`;
}

/** A long text begins as an excerpt in a `details` element, which needs no script. */
function bodyTemplate({ messages }: Wording, { body, locale }: Review): Html {
  const language = locale !== null && html` lang="${locale}"`;
  const text = html`<div class="starling-body" dir="auto"${language}>${body}</div>`;
  if (body.length < FOLDED_FROM_CHARACTERS) return text;
  const excerpt = html`<span class="starling-body" dir="auto"${language}>${excerptOf(body)}…</span>`;
  return html`<details class="starling-folded"><summary>${excerpt} <span class="starling-read-more">${messages.readMore}</span><span class="starling-read-less">${messages.readLess}</span></summary>${text}</details>`;
}

/** Ends at a space; a text without any (Chinese, Thai) may end anywhere but within a character. */
function excerptOf(body: string): string {
  const start = body.slice(0, EXCERPT_CHARACTERS);
  const space = start.lastIndexOf(' ');
  return start
    .slice(0, space > EXCERPT_CHARACTERS / 2 ? space : undefined)
    .replace(HALF_CHARACTER, '');
}

function recommendationTemplate({ messages }: Wording, { recommended }: Review): Html | false {
  if (recommended === null) return false;
  const text = recommended ? messages.authorRecommends : messages.authorDoesNotRecommend;
  return html`<p class="starling-recommends">${text}</p>`;
}

function ratedTemplate({ characteristics }: Review): Html | false {
  const rated = Object.entries(characteristics);
  if (rated.length === 0) return false;
  return html`<ul class="starling-rated">${rated.map(([name, rating]) => html`<li>${name} ${rating}/5</li>`)}</ul>`;
}

function photosTemplate({ messages }: Wording, { photos, author }: Review): Html | false {
  if (photos.length === 0) return false;
  const items = photos
    .filter(({ url }) => /^https?:/.test(url))
    .map(({ id, url }) => {
      const label = fill(messages.photo, { number: id, name: author.name });
      return html`<li><a href="${url}" class="starling-photo" target="_blank" rel="noopener nofollow ugc"><img src="${url}" alt="${label}" width="96" height="96" loading="lazy" decoding="async" referrerpolicy="no-referrer"></a></li>`;
    });
  return html`<ul class="starling-photos">${items}</ul>`;
}

function responseTemplate(wording: Wording, { response }: Review): Html | false {
  if (response === null) return false;
  return html`<div class="starling-response"><strong>${wording.messages.responseOf}</strong> <time datetime="${response.created_at}">${wording.day(response.created_at)}</time><div class="starling-body" dir="auto">${response.body}</div></div>`;
}

function feedbackTemplate(wording: Wording, review: Review): Html {
  const { messages } = wording;
  return html`<div class="starling-feedback" role="group" aria-label="${messages.helpfulQuestion}">
<button type="button" class="starling-vote" data-helpful="true" aria-pressed="false">${messages.helpful} <span>${voteCount(wording, review.helpful_count)}</span></button>
<button type="button" class="starling-vote" data-helpful="false" aria-pressed="false">${messages.notHelpful} <span>${voteCount(wording, review.not_helpful_count)}</span></button>
<button type="button" class="starling-report">${messages.report}</button>
</div>`;
}

/** Of votes; none says nothing. */
export function voteCount(wording: Wording, count: number): string {
  return count === 0 ? '' : wording.number(count);
}
