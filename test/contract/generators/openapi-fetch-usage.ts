import createClient from 'openapi-fetch';
import type { paths } from './generated/openapi-typescript';

/** What a storefront does with a client of openapi-typescript and openapi-fetch. */

declare const process: { env: Record<string, string> };
declare const console: { log(line: string): void };

const client = createClient<paths>({ baseUrl: process.env.STARLING_URL! });
const reviews = '/v1/products/{product_id}/reviews';
const params = { path: { product_id: '1' } };
const author = { name: 'Olivia', email: 'olivia@example.com' };

async function use(): Promise<void> {
  const query = { rating: [4, 5], has_photos: true };
  const listed = await client.GET(reviews, { params: { ...params, query } });
  const ids: number[] | undefined = listed.data?.reviews.map(({ review_id }) => review_id);

  const products = await client.GET('/v1/summaries', {
    params: { query: { product_ids: ['1', '2'] } },
  });
  const counts = products.data?.summaries.map(({ count }) => count);

  const posted = await client.POST(reviews, {
    params,
    body: { rating: 5, body: 'It works.', author },
  });
  // @ts-expect-error: a rating is required
  const invalid = await client.POST(reviews, { params, body: { body: 'It works.', author } });

  const one = '/v1/products/{product_id}/reviews/{review_id}';
  const read = (review_id: number) =>
    client.GET(one, { params: { path: { product_id: '1', review_id } } });
  const stored = await read(posted.data?.review_id ?? 0);
  const missing = await read(999);

  const refusals = [missing.error, invalid.error].map((problem) => {
    if (problem?.type === 'urn:problem-type:starling:invalid-body') return problem.errors[0]?.path;
    return problem?.status === 404 ? problem.type : 'another problem';
  });
  console.log(JSON.stringify({ ids, counts, posted: stored.data?.body, refusals }));
}

void use();
