import { type Html, html } from '../shared/html';
import type { Wording } from '../shared/wording';

export const BODY_MAX = 5_000;

/** Names are the paths of the API's fields, so an error of the service names its field. */
export function formTemplate(wording: Wording, vocabulary: readonly string[]): Html {
  const { messages } = wording;
  return html`<form class="starling-form" novalidate>
<h2>${messages.write}</h2>
<p class="starling-error starling-form-status" role="alert"></p>
${ratingTemplate(wording, 'rating', messages.rating)}
${fieldTemplate('title', messages.reviewTitle, html`<input name="title" maxlength="150" dir="auto">`)}
${fieldTemplate('body', messages.reviewBody, html`<textarea name="body" rows="6" maxlength="${BODY_MAX}" required dir="auto"></textarea>`)}
<p class="starling-hint starling-left" role="status"></p>
<fieldset><legend>${messages.recommend}</legend>
<label><input type="radio" name="recommended" value="true"> ${messages.yes}</label>
<label><input type="radio" name="recommended" value="false"> ${messages.no}</label></fieldset>
${vocabulary.map((name) => ratingTemplate(wording, `characteristics.${name}`, name))}
${fieldTemplate('photos', messages.photoUrls, html`<textarea name="photos" rows="2" inputmode="url" dir="ltr"></textarea>`)}
${fieldTemplate('author.name', messages.authorName, html`<input name="author.name" maxlength="60" required autocomplete="nickname" dir="auto">`)}
${fieldTemplate('author.email', messages.email, html`<input name="author.email" type="email" required autocomplete="email" dir="ltr">`, messages.emailHint)}
<div class="starling-actions"><button class="starling-button">${messages.send}</button><button type="button" class="starling-link starling-close">${messages.cancel}</button></div>
</form>`;
}

/** Five radio buttons: arrow keys choose, and screen readers say what they are. */
function ratingTemplate(wording: Wording, name: string, legend: string): Html {
  const radios = [1, 2, 3, 4, 5].map((rating) => {
    const label = wording.plural(wording.messages.starCount, rating);
    return html`<label class="starling-radio"><input type="radio" name="${name}" value="${rating}"${name === 'rating' && html` required`}><span class="starling-hidden">${label}</span></label>`;
  });
  return html`<fieldset class="starling-field" data-field="${name}"><legend>${legend}</legend><div>${radios}</div><p class="starling-error"></p></fieldset>`;
}

function fieldTemplate(name: string, label: string, control: Html, hint?: string): Html {
  return html`<div class="starling-field" data-field="${name}"><label><span>${label}</span>${hint && html` <small class="starling-hint">${hint}</small>`} ${control}</label><p class="starling-error"></p></div>`;
}
