import type { Review, ReviewDraft } from '../../client/contract-types';
import type { Wording } from '../shared/wording';
import { readStored, store } from './browser-storage';
import { openDialog } from './dialog';
import { BODY_MAX, formTemplate } from './form-template';
import type { ApiError, WidgetApi } from './widget-api';

/** Not kept in the draft: others may use the same browser. */
const EMAIL = 'author.email';

export interface ReviewFormOptions {
  api: WidgetApi;
  host: HTMLElement;
  productId: string;
  wording: Wording;
  vocabulary: readonly string[];
  onPublished(review: Review): void;
}

/**
 * The form for a review. Its text survives a reload until it is sent. Every attempt has one
 * Idempotency-Key, kept until the text changes, so sending it again cannot publish it twice.
 */
export function openReviewForm(options: ReviewFormOptions): void {
  const { api, host, productId, wording, vocabulary, onPublished } = options;
  const dialog = openDialog(host, wording.messages.write, formTemplate(wording, vocabulary));
  const form = dialog.querySelector('form')!;
  const draftName = `starling-draft ${api.base} ${productId}`;
  let key = createKey();
  restoreDraft(form, readStored<[string, string][]>(draftName) ?? []);
  showCharactersLeft(form, wording);

  form.addEventListener('input', () => {
    key = createKey();
    store(
      draftName,
      [...new FormData(form)].filter(([name]) => name !== EMAIL),
    );
    showCharactersLeft(form, wording);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    if (!showErrors(form, wording, findInvalid(form))) return;
    form.ariaBusy = 'true';
    try {
      const review = await api.json<Review>({
        method: 'POST',
        path: `/v1/products/${productId}/reviews`,
        headers: { 'Idempotency-Key': key },
        body: toDraft(form, wording.locale),
      });
      store(draftName, null);
      dialog.close();
      onPublished(review);
    } catch (error) {
      showFailure(form, wording, error);
    } finally {
      form.ariaBusy = 'false';
    }
  });
}

/** 128 random bits. `crypto.randomUUID` is missing on pages without https. */
function createKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

type FieldErrors = ReadonlyMap<string, string>;

/** The browser's own words, in the browser's language, by the names of the fields. */
function findInvalid(form: HTMLFormElement): FieldErrors {
  const errors = new Map<string, string>();
  for (const control of form.elements) {
    const { name, validationMessage } = control as HTMLInputElement;
    if (validationMessage && !errors.has(name)) errors.set(name, validationMessage);
  }
  return errors;
}

/** @returns whether there are none; else the first field with an error has the focus */
function showErrors(form: HTMLFormElement, wording: Wording, errors: FieldErrors): boolean {
  form.querySelectorAll<HTMLElement>('[data-field]').forEach((field, index) => {
    const message = errors.get(field.dataset.field!) ?? '';
    const line = field.querySelector('.starling-error')!;
    line.id = `starling-error-${index}`; // only one form is open at a time
    line.textContent = message;
    for (const control of field.querySelectorAll('input, textarea')) {
      control.ariaInvalid = message ? 'true' : null;
      control.setAttribute('aria-describedby', line.id);
    }
  });
  form.querySelector('.starling-form-status')!.textContent =
    errors.size > 0 ? wording.plural(wording.messages.correctFields, errors.size) : '';
  form.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  return errors.size === 0;
}

/**
 * A problem document names the bad values by path: `author.email`, `photos.0`,
 * `characteristics.Fit`. Without any, the form says what the service says, or that nobody answers.
 */
function showFailure(form: HTMLFormElement, wording: Wording, error: unknown): void {
  const { status, problem } = error as ApiError;
  const errors = new Map<string, string>();
  for (const { path, message } of problem?.errors ?? []) {
    errors.set(path.replace(/^photos\..*/, 'photos'), message);
  }
  showErrors(form, wording, errors);
  if (errors.size > 0) return;
  const refusal = status && status < 500 && (problem?.detail ?? problem?.title);
  form.querySelector('.starling-form-status')!.textContent =
    refusal || wording.messages.unavailable;
}

function toDraft(form: HTMLFormElement, locale: string): ReviewDraft {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? '');
  const recommended = text('recommended');
  const characteristics = [...data]
    .filter(([name]) => name.startsWith('characteristics.'))
    .map(([name, rating]) => [name.slice('characteristics.'.length), Number(rating)]);
  return {
    rating: Number(text('rating')),
    title: text('title').trim(),
    body: text('body').trim(),
    recommended: recommended === '' ? null : recommended === 'true',
    author: { name: text('author.name').trim(), email: text(EMAIL).trim() },
    photos: text('photos').split(/\s+/).filter(Boolean),
    characteristics: Object.fromEntries(characteristics),
    locale,
  };
}

function restoreDraft(form: HTMLFormElement, draft: readonly [string, string][]): void {
  for (const [name, value] of draft) {
    const control = form.elements.namedItem(name);
    if (control && 'value' in control) control.value = value;
  }
}

function showCharactersLeft(form: HTMLFormElement, wording: Wording): void {
  const body = form.elements.namedItem('body') as HTMLTextAreaElement;
  const left = BODY_MAX - body.value.length;
  form.querySelector('.starling-left')!.textContent =
    left > BODY_MAX / 10 ? '' : wording.plural(wording.messages.charactersLeft, left);
}
