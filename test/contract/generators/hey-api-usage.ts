import { client } from './generated/hey-api/client.gen';
import { listReviews, readReview, readSummaries, submitReview } from './generated/hey-api/sdk.gen';

/** What a storefront does with a client of @hey-api/openapi-ts. */

declare const process: { env: Record<string, string> };
declare const console: { log(line: string): void };

client.setConfig({ baseUrl: process.env.STARLING_URL! });
const path = { product_id: '1' };
const author = { name: 'Henry', email: 'henry@example.com' };

async function use(): Promise<void> {
  const listed = await listReviews({ path, query: { rating: [4, 5], has_photos: true } });
  const ids: number[] | undefined = listed.data?.reviews.map(({ review_id }) => review_id);

  const products = await readSummaries({ query: { product_ids: ['1', '2'] } });
  const counts = products.data?.summaries.map(({ count }) => count);

  const posted = await submitReview({ path, body: { rating: 5, body: 'It works.', author } });
  // @ts-expect-error: a rating is required
  const invalid = await submitReview({ path, body: { body: 'It works.', author } });

  const stored = await readReview({ path: { ...path, review_id: posted.data?.review_id ?? 0 } });
  const missing = await readReview({ path: { ...path, review_id: 999 } });

  const refusals = [missing.error, invalid.error].map((problem) => {
    if (problem?.type === 'urn:problem-type:starling:invalid-body') return problem.errors[0]?.path;
    return problem?.status === 404 ? problem.type : 'another problem';
  });
  console.log(JSON.stringify({ ids, counts, posted: stored.data?.body, refusals }));
}

void use();
