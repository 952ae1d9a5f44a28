const TIMEOUT_MS = 1_000;

/**
 * The reviews of a product, in the HTML that the server sends. React leaves the inside alone, which
 * the script of the page then makes work.
 */
export async function Reviews({ productId, productName, locale }) {
  return (
    <starling-reviews
      product-id={productId}
      api={process.env.STARLING_URL}
      locale={locale}
      product-name={productName}
      suppressHydrationWarning
      dangerouslySetInnerHTML={{ __html: await readFragment(productId, productName, locale) }}
    />
  );
}

/** Empty when Starling does not answer in time: the script then fetches the reviews itself. */
async function readFragment(productId, productName, locale) {
  const query = new URLSearchParams({ locale, product_name: productName });
  const url = `${process.env.STARLING_URL}/v1/products/${encodeURIComponent(productId)}/widget?${query}`;
  try {
    const answer = await fetch(url, {
      next: { revalidate: 60, tags: [`product-${productId}`] },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}
