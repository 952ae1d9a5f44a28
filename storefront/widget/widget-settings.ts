import { en } from '../shared/messages/en';
import type { Messages } from '../shared/messages/messages';
import { createWording, type Wording } from '../shared/wording';

/** English is in the bundle; another language is a file of its own, loaded when a page needs it. */
const LANGUAGES: Readonly<Record<string, () => Promise<Messages>>> = {
  ar: async () => (await import('../shared/messages/ar')).ar,
  de: async () => (await import('../shared/messages/de')).de,
  es: async () => (await import('../shared/messages/es')).es,
  fr: async () => (await import('../shared/messages/fr')).fr,
};

/** A language without messages, or whose file cannot be loaded, reads English. */
export async function loadWording(locale: string): Promise<Wording> {
  const language = locale.split('-')[0]!.toLowerCase();
  try {
    return createWording(locale, language === 'en' ? en : await LANGUAGES[language]!());
  } catch {
    return createWording('en', en);
  }
}

/** The reader's language: the attribute `locale`, else the page's `lang`; `pt_BR` reads as `pt-BR`. */
export function localeOf(element: HTMLElement): string {
  const lang = element.closest<HTMLElement>('[lang]')?.lang;
  return (element.getAttribute('locale') || lang || 'en').replace('_', '-');
}

/** Where the API is: the attribute `api`, else the origin that the script came from. */
export function apiBaseOf(element: HTMLElement): string {
  const given = element.getAttribute('api');
  return given === null ? new URL(import.meta.url).origin : given.replace(/\/+$/, '');
}

/** @throws Error in the console of the store's developer: the attribute is missing or no product key */
export function productIdOf(element: HTMLElement): string {
  const productId = element.getAttribute('product-id') ?? '';
  if (/^[A-Za-z0-9._:-]{1,64}$/.test(productId)) return productId;
  throw new Error(
    `<${element.localName}> needs product-id: 1 to 64 of A-Z a-z 0-9 . _ : -, not '${productId}'`,
  );
}
