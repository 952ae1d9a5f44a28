import { Html, html } from '../../../storefront/shared/html';

export interface ShopProduct {
  id: string;
  name: string;
  /** In euros. */
  price: number;
  text: string;
  /** The name of its drawing in storefront/demo. */
  drawing: string;
}

/** The address of a file of the shop (shop-files.ts). */
export type AddressOf = (name: string) => string;

export interface ProductPage {
  product: ShopProduct;
  /** The fragment's language. */
  locale: string;
  /** The service's HTML of the reviews. */
  fragment: string;
}

const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español', ar: 'العربية' };

export function listingPage(address: AddressOf, products: readonly ShopProduct[]): string {
  const items = products.map(
    ({ id, name, price, drawing }, index) => html`<li><a href="/shop/${id}">
<img src="${address(`${drawing}.svg`)}" alt="" width="400" height="300"${index > 3 && html` loading="lazy"`}>
<h2>${name}</h2></a>
<starling-stars product-id="${id}"></starling-stars>
<p class="price">${euros(price)}</p></li>`,
  );
  return page(address, {
    title: 'Starling: a demo shop',
    description: 'A demo shop that shows the ratings and reviews of Starling.',
    main: html`<h1>Clothes for any weather</h1>
<p class="note"><strong>This is a demo.</strong> Nothing is for sale, and the reviews are generated. The stars come from the
Starling that serves this page, in one request for all products. Choose a product to read, filter and write reviews.</p>
<ul class="products">${items}</ul>`,
  });
}

export function productPage(
  address: AddressOf,
  { product, locale, fragment }: ProductPage,
): string {
  const { id, name, price, text, drawing } = product;
  return page(address, {
    title: `${name} · Starling: a demo shop`,
    description: text,
    jsonLd: {
      '@context': 'https://schema.org',
      '@type': 'Product',
      '@id': PRODUCT_JSON_LD_ID,
      name,
      description: text,
      offers: { '@type': 'Offer', price, priceCurrency: 'EUR' },
    },
    main: html`<div class="product">
<img src="${address(`${drawing}.svg`)}" alt="${name}" width="400" height="300" fetchpriority="high">
<div><h1>${name}</h1>
<starling-stars product-id="${id}"></starling-stars>
<p>${text}</p>
<p class="price">${euros(price)}</p></div></div>
<p class="note"><strong>This is a demo.</strong> The reviews below are in the HTML that the server sent: <code>curl</code> shows
them too. The script makes them work in place. Write one: it is stored in your Starling.</p>
<nav aria-label="Language of the reviews"><ul class="languages">${languageLinks(id, locale)}</ul></nav>
<starling-reviews product-id="${id}" locale="${locale}" product-name="${name}" data-product-jsonld-id="${PRODUCT_JSON_LD_ID}">${new Html(fragment)}</starling-reviews>`,
  });
}

/** Joins the JSON-LD of the page and that of the reviews. */
export const PRODUCT_JSON_LD_ID = '#product';

export function missingPage(address: AddressOf): string {
  return page(address, {
    title: 'Not found · Starling: a demo shop',
    description: 'There is no such product.',
    main: html`<h1>There is no such product</h1><p><a href="/">All products</a></p>`,
  });
}

function languageLinks(id: string, current: string): Html[] {
  return Object.entries(LANGUAGES).map(([tag, language]) => {
    const mark = tag === current && html` aria-current="true"`;
    return html`<li><a href="/shop/${id}?locale=${tag}" lang="${tag}" hreflang="${tag}"${mark}>${language}</a></li>`;
  });
}

function euros(price: number): string {
  return `€ ${price.toFixed(2)}`;
}

interface Page {
  title: string;
  description: string;
  jsonLd?: object;
  main: Html;
}

function page(address: AddressOf, { title, description, jsonLd, main }: Page): string {
  const described =
    jsonLd &&
    new Html(
      `<script type="application/ld+json">${JSON.stringify(jsonLd).replaceAll('<', '\\u003c')}</script>`,
    );
  const themes = ['plain', 'night', 'paper'].map(
    (theme) =>
      html`<label><input type="radio" name="theme" value="${theme}"${theme === 'plain' && html` checked`}> ${theme}</label>`,
  );
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${description}">
<link rel="icon" href="${address('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${address('themes.css')}">
<link rel="stylesheet" href="${address('styles.css')}">
<link rel="stylesheet" href="${address('shop.css')}">
<script src="${address('shop.js')}"></script>
<script type="module" src="${address('widget.js')}"></script>
${described}
</head>
<body>
<header><a class="brand" href="/">Starling &amp; Co.</a>
<nav aria-label="Starling"><a href="/docs">The API</a> <a href="/README.md">README</a></nav>
<fieldset class="themes"><legend class="hidden">Theme</legend>${themes}</fieldset></header>
<main>
${main}
</main>
<footer><p>Starling is a self-hosted service for product ratings and reviews. This shop shows its widget; it sells nothing and
sets no cookies. <a href="/docs">Read and try the API</a> · <a href="/README.md">README</a></p></footer>
</body>
</html>
`);
}
