import type { Review, ReviewPage, Summary } from '../../client/contract-types';
import { createWidgetForms, renderWidget } from '../../src/storefront/widget-rendering';
import type { WidgetQuery } from '../../src/storefront/widget-schema';
import { HOSTILE_TEXTS } from '../support/hostile-texts';
import { jsonLdOf, outlineOf } from '../support/html-tree';

/** Every field that takes a text, with the text. */
interface Texts {
  title: string;
  body: string;
  foldedBody: string;
  name: string;
  photo: string;
  response: string;
  rated: string;
  averaged: string;
  vocabulary: string;
  locale: string;
  createdAt: string;
  cursor: string;
  productName: string;
  jsonLdId: string;
}

/** In the place of a text: a word that nothing else in the fragment contains. */
const PLACEHOLDERS: Texts = {
  title: 'TITLE',
  body: 'BODY',
  foldedBody: 'FOLDED',
  name: 'NAME',
  photo: 'PHOTO',
  response: 'RESPONSE',
  rated: 'RATED',
  averaged: 'AVERAGED',
  vocabulary: 'VOCABULARY',
  locale: 'LOCALE',
  createdAt: 'CREATED',
  cursor: 'CURSOR',
  productName: 'PRODUCT',
  jsonLdId: 'IDENTITY',
};

const AT = '2026-03-14T09:26:53.589Z';
/** A body that is folded, and whose excerpt ends with the text. */
const folded = (text: string) => `${'x'.repeat(250)} ${text} ${'x'.repeat(600)}`;

function reviewOf(texts: Texts, id: number, body: string): Review {
  return {
    review_id: id,
    product_id: '1',
    rating: 4,
    title: texts.title,
    body,
    recommended: true,
    author: { name: texts.name },
    verified: true,
    locale: texts.locale,
    created_at: AT,
    photos: [{ id: 1, url: `https://cdn.example.com/${texts.photo}` }],
    characteristics: { [texts.rated]: 4 },
    response: { body: texts.response, created_at: AT },
    helpful_count: 0,
    not_helpful_count: 0,
  };
}

function fragmentOf(texts: Texts, jsonld: 'on' | 'off'): string {
  const page: ReviewPage = {
    product_id: '1',
    reviews: [reviewOf(texts, 1, texts.body), reviewOf(texts, 2, folded(texts.foldedBody))],
    next_cursor: texts.cursor,
  };
  const summary: Summary = {
    product_id: '1',
    count: 2,
    average: 4,
    histogram: { '1': 0, '2': 0, '3': 0, '4': 2, '5': 0 },
    recommended: { yes: 2, no: 0 },
    characteristics: { [texts.averaged]: { average: 4, count: 2 } },
    verified_count: 2,
    photo_count: 2,
  };
  const query: WidgetQuery = {
    locale: 'en',
    limit: 10,
    jsonld,
    product_name: texts.productName,
    jsonld_id: texts.jsonLdId,
  };
  const form = createWidgetForms({ moderation: 'auto' }).of('en', [texts.vocabulary]);
  return renderWidget(form, '1', query, { page, summary });
}

function allBeing(text: string): Texts {
  return Object.fromEntries(Object.keys(PLACEHOLDERS).map((field) => [field, text])) as never;
}

/** The outline of the fragment with placeholders, with the texts in their places. */
function expectedOutline(texts: Texts): string[] {
  return outlineOf(fragmentOf(PLACEHOLDERS, 'off')).map((line) => {
    if (line.includes('data-vocabulary'))
      return line.replace(/=.*/s, () => `=${JSON.stringify(JSON.stringify([texts.vocabulary]))}`);
    return Object.entries(PLACEHOLDERS).reduce((all, [field, placeholder]) => {
      const quoted = JSON.stringify(texts[field as keyof Texts]).slice(1, -1);
      return all.replaceAll(placeholder, () => quoted);
    }, line);
  });
}

describe.each(HOSTILE_TEXTS)('the text %j in every field of a fragment', (text) => {
  it('is shown as it is, and adds no element or attribute', () => {
    const texts = allBeing(text);
    expect(outlineOf(fragmentOf(texts, 'off'))).toEqual(expectedOutline(texts));
  });

  it('is in the JSON-LD as it is, and does not end its script', () => {
    const fragment = fragmentOf(allBeing(text), 'on');
    expect(jsonLdOf(fragment)).toMatchObject({
      '@id': text,
      name: text,
      review: [{ author: { name: text }, name: text, reviewBody: text }, {}],
    });
    const before = outlineOf(fragmentOf(allBeing(text), 'off'));
    const withScript = outlineOf(fragment).slice(before.length);
    expect(withScript.map((line) => line.trim().split('=')[0])).toEqual([
      '<script>',
      '@type',
      '@class',
      expect.stringMatching(/^"\{/),
      '"\\n"',
    ]);
  });
});

it('an address of a photo that is not of the web is left out', () => {
  const form = createWidgetForms({ moderation: 'auto' }).of('en', []);
  const page = {
    product_id: '1',
    reviews: [
      {
        ...reviewOf(PLACEHOLDERS, 1, 'Body'),
        photos: ['javascript:alert(1)', 'data:text/html,x', ' javascript:x', '//x'].map(
          (url, at) => ({ id: at + 1, url }),
        ),
      },
    ],
    next_cursor: null,
  };
  const summary = { count: 0, average: null } as unknown as Summary;
  const content = {
    page,
    summary: {
      ...summary,
      recommended: { yes: 0, no: 0 },
      characteristics: {},
    } as Summary,
  };
  const query = { locale: 'en', limit: 10, jsonld: 'off' } as const;
  const outline = outlineOf(renderWidget(form, '1', query, content)).join('\n');
  expect(outline).not.toMatch(/<img>|javascript:|data:text/);
});
