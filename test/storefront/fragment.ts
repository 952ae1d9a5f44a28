import type { ReviewPage, Summary } from '../../client/contract-types';
import { jsonLdTemplate } from '../../storefront/shared/json-ld';
import { ar, arPage } from '../../storefront/shared/messages/ar';
import { de, dePage } from '../../storefront/shared/messages/de';
import { en, enPage } from '../../storefront/shared/messages/en';
import { es, esPage } from '../../storefront/shared/messages/es';
import { fr, frPage } from '../../storefront/shared/messages/fr';
import { createPageWording } from '../../storefront/shared/page-wording';
import { widgetTemplate } from '../../storefront/shared/widget-template';

const LANGUAGES = {
  ar: [ar, arPage],
  de: [de, dePage],
  en: [en, enPage],
  es: [es, esPage],
  fr: [fr, frPage],
} as const;

/** The fragment, rendered from what the service answers. */
export async function renderFragment(
  apiUrl: string,
  productId: string,
  locale: string,
  limit: number,
): Promise<string> {
  const product = `${apiUrl}/v1/products/${productId}`;
  const summary = await readJson<Summary>(`${product}/summary`);
  const page = await readJson<ReviewPage>(
    `${product}/reviews${limit === 10 ? '' : `?limit=${limit}`}`,
  );
  const language = locale.slice(0, 2) as keyof typeof LANGUAGES;
  const [messages, pageMessages] = LANGUAGES[language] ?? LANGUAGES.en;
  const wording = createPageWording(locale, messages, pageMessages);
  const content = {
    summary,
    page,
    pageSize: limit,
    policy: { moderation: 'auto' as const },
    vocabulary: ['Fit', 'Quality'],
  };
  const jsonLd = jsonLdTemplate({ name: 'A product', jsonLdId: null }, summary, page.reviews);
  return `${widgetTemplate(wording, content)}${jsonLd ?? ''}`;
}

async function readJson<Body>(url: string): Promise<Body> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}
