import { createHash } from 'node:crypto';
import type { ReviewPage, Summary } from '../../client/contract-types';
import { html } from '../../storefront/shared/html';
import { jsonLdTemplate } from '../../storefront/shared/json-ld';
import type { PageWording } from '../../storefront/shared/page-wording';
import type { ReviewPolicy } from '../../storefront/shared/statement-template';
import { widgetTemplate } from '../../storefront/shared/widget-template';
import { wordingFor } from './widget-languages';
import type { WidgetQuery } from './widget-schema';
import { SPECIMEN_PRODUCT, SPECIMEN_QUERY, SPECIMENS } from './widget-specimens';

/** What a fragment depends on besides the product: language, policy and vocabulary. */
export interface WidgetForm {
  wording: PageWording;
  policy: ReviewPolicy;
  vocabulary: readonly string[];
}

/** The fragment that the widget makes work: the section, and JSON-LD if the product has reviews. */
export function renderWidget(
  { wording, policy, vocabulary }: WidgetForm,
  productId: string,
  query: WidgetQuery,
  content: { page: ReviewPage; summary: Summary },
): string {
  const { page, summary } = content;
  const section = widgetTemplate(wording, {
    ...{ page, summary, policy, vocabulary },
    pageSize: query.limit,
  });
  const product = { name: query.product_name ?? productId, jsonLdId: query.jsonld_id ?? null };
  const jsonLd = query.jsonld === 'on' && jsonLdTemplate(product, summary, page.reviews);
  return `${html`${section}${jsonLd && html`\n${jsonLd}`}`}\n`;
}

export interface WidgetForms {
  of(locale: string, vocabulary: readonly string[]): WidgetForm & { fingerprint: string };
}

/**
 * Gives each form its fingerprint, for the ETag: the same rows in another form are another answer.
 * It is a hash of what the templates make of a few specimens (widget-specimens.ts). So it changes
 * with the templates, the texts of the language, Intl's formats, the policy and the vocabulary, and
 * nobody has to raise a number.
 *
 * A fingerprint is computed once per wording and vocabulary, and takes half a millisecond.
 */
export function createWidgetForms(policy: ReviewPolicy): WidgetForms {
  const fingerprints = new WeakMap<PageWording, { vocabulary: string; fingerprint: string }>();

  return {
    of(locale, vocabulary) {
      const wording = wordingFor(locale);
      const form = { wording, policy, vocabulary };
      const names = vocabulary.join('\n');
      let known = fingerprints.get(wording);
      if (known?.vocabulary !== names) {
        known = { vocabulary: names, fingerprint: fingerprintOf(form) };
        fingerprints.set(wording, known);
      }
      return { ...form, fingerprint: known.fingerprint };
    },
  };
}

/** 11 characters of base64url: 66 bits. */
function fingerprintOf(form: WidgetForm): string {
  const hash = createHash('sha256');
  for (const specimen of SPECIMENS)
    hash.update(renderWidget(form, SPECIMEN_PRODUCT, SPECIMEN_QUERY, specimen));
  return hash.digest('base64url').slice(0, 11);
}
