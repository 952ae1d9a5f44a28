import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../support/programs';
import { launchBrowser, untilReady, visit } from './storefront-browser';
import { createStorefrontSite, type StorefrontSite } from './storefront-site';

/** Each would set `window.attacked` in a page that takes it for HTML, a script or an address. */
const CORPUS = [
  '<script>attacked = 1</script>',
  '</script><script>attacked = 1</script>',
  '<img src=x onerror="attacked = 1">',
  '"><svg onload=attacked=1>',
  `'"onmouseover='attacked=1' autofocus onfocus='attacked=1`,
  '<!--<script>attacked = 1</script>',
  '</li></ol></section><iframe srcdoc="<script>parent.attacked=1</script>"></iframe>',
  '&lt;img src=x onerror=attacked=1&gt; &amp; {name} {count}',
  '</textarea><details open ontoggle=attacked=1>',
  '</title><style>@import "x"</style><base href=x>',
  '<b>مراجعة</b>',
];
/** The database takes no such name; the element may still meet one in a page. */
const CHARACTERISTIC = `<img src=x onerror="attacked = 1">'"&`;
const PHOTO = 'https://photos.example.com/%22onerror=attacked=1%20x=%22.png?a=1&quot;b=2';

describeWith('chromium', "texts that look like HTML, in a review's fields", () => {
  let site: StorefrontSite;
  let browser: Browser;

  beforeAll(async () => {
    site = await createStorefrontSite();
    const moderatorKey = await site.api.makeKey('moderate');
    for (const text of CORPUS) {
      const answer = await site.api.submit('p', {
        title: text,
        body: text,
        author: { name: text.slice(0, 60), email: `a-${CORPUS.indexOf(text)}@example.com` },
        photos: [PHOTO],
      });
      expect({ text, status: answer.status }).toEqual({ text, status: 201 });
      const withKey = (path: string) =>
        site.api.send('put', path).set('Authorization', `Bearer ${moderatorKey}`);
      const id = (answer.body as { review_id: number }).review_id;
      const response = await withKey(`/v1/products/p/reviews/${id}/response`).send({ body: text });
      expect(response.status).toBe(200);
    }
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  /** What each review shows, and what in the page is not of the widget's making. */
  async function read(page: Page) {
    await page.waitForLoadState('networkidle');
    return page.evaluate(() => ({
      attacked: (window as unknown as { attacked?: number }).attacked,
      foreign: document.querySelectorAll(
        'iframe, style, base, img[src="x"], svg[onload], [onfocus], [onerror], [onmouseover], [ontoggle], main script:not([type="application/ld+json"])',
      ).length,
      texts: [...document.querySelectorAll('.starling-review')].map((review) => {
        const text = (selector: string) => review.querySelector(selector)?.textContent;
        return [
          text('h3'),
          text('article > .starling-body'),
          text('.starling-byline span'),
          text('.starling-response .starling-body'),
          review.querySelector('img')?.getAttribute('src'),
        ];
      }),
    }));
  }

  const expected = () =>
    CORPUS.map((text) => [
      text.trim(),
      text.trim(),
      text.slice(0, 60).trim(),
      text,
      new URL(PHOTO).href,
    ]);

  const sorted = (texts: unknown[][]) => texts.map((each) => JSON.stringify(each)).toSorted();

  it('are texts in what the service renders and in what the element renders', async () => {
    const inside = await site.fragment('p', 'en', 50);
    const body = `<starling-reviews product-id="p" api="${site.apiUrl}">${inside}</starling-reviews>`;
    const { page, context } = await visit(browser, site.page({ body }));
    await untilReady(page);
    const rendered = await read(page);
    expect({ ...rendered, texts: sorted(rendered.texts as unknown[][]) }).toEqual({
      attacked: undefined,
      foreign: 0,
      texts: sorted(expected()),
    });

    await page.getByLabel('Sort by').selectOption('oldest');
    await page.locator('.starling-list[aria-busy=false]').waitFor();
    const reloaded = await read(page);
    expect(reloaded.attacked).toBeUndefined();
    expect(reloaded.foreign).toBe(0);
    expect(sorted(reloaded.texts as unknown[][])).toEqual(sorted(expected()));
    await context.close();
  });

  it('are texts in the JSON-LD, which stays one JSON document', async () => {
    const inside = await site.fragment('p');
    const { page, context } = await visit(browser, site.page({ body: inside }));
    const jsonLd = await page.locator('script[type="application/ld+json"]').textContent();
    const { review } = JSON.parse(jsonLd!) as { review: { reviewBody: string }[] };
    expect(review).toHaveLength(10);
    for (const { reviewBody } of review) expect(CORPUS).toContain(reviewBody);
    await context.close();
  });

  it('are texts in the form and in the names of photos', async () => {
    const inside = (await site.fragment('p')).replace(
      /data-vocabulary="[^"]*"/,
      `data-vocabulary="${JSON.stringify([CHARACTERISTIC]).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
    );
    const body = `<starling-reviews product-id="p" api="${site.apiUrl}">${inside}</starling-reviews>`;
    const { page, context } = await visit(browser, site.page({ body }));
    await untilReady(page);
    await page.getByRole('button', { name: 'Write a review' }).click();
    const legends = await page.locator('legend').allTextContents();
    expect(legends).toContain(CHARACTERISTIC);
    await page.keyboard.press('Escape');
    await page.locator('.starling-photo').first().click();
    await page.getByRole('dialog').waitFor();
    const { attacked, foreign } = await read(page);
    expect({ attacked, foreign }).toEqual({ attacked: undefined, foreign: 0 });
    await context.close();
  });
});
