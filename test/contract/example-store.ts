import { createClientKeys } from '../../src/clients/client-key';
import { createClientRegister } from '../../src/clients/client-service';
import { findSecret } from '../../src/platform/db/secret-repository';
import { createTestApi, type TestApi } from '../support/api';

export interface ExampleStore extends TestApi {
  /** A key with every scope of a back office, and one without the scopes that operations need. */
  keys: { all: string; none: string };
}

/**
 * A service over the store to which the examples of the contract belong
 * (src/reviews/review-contract.ts describes it).
 */
export async function createExampleStore(
  environment: Record<string, string> = {},
  reach?: (databaseUrl: string) => Promise<string>,
): Promise<ExampleStore> {
  const api = await createTestApi(environment, reach);
  const register = createClientRegister(
    api.sql,
    createClientKeys(await findSecret(api.sql, 'client-keys')),
  );
  const keys = {
    all: await register.createClient('back-office', ['write', 'moderate', 'admin', 'metrics']),
    none: await register.createClient('reader', ['read']),
  };
  const withKey = { Authorization: `Bearer ${keys.all}` };
  await submit(api, '1', withKey, {
    rating: 5,
    title: 'Fits as described',
    body: 'I ordered my usual size, and it fits.',
    recommended: true,
    author: { name: 'Grace', email: 'grace@example.com' },
    verified: true,
    locale: 'en',
    photos: ['https://cdn.example.com/photos/1.jpg'],
    characteristics: { Fit: 5, Comfort: 4 },
  });
  await submit(
    api,
    '1',
    {},
    {
      rating: 4,
      body: 'Warm, but darker than on the picture.',
      author: { name: 'Linus', email: 'linus@example.com' },
    },
  );
  await submit(
    api,
    '2',
    {},
    {
      rating: 3,
      body: 'Look at https://shop.example.com/sizes before you order.',
      author: { name: 'Mary', email: 'mary@example.com' },
    },
  );
  await api
    .send('put', '/v1/products/1/reviews/1/response')
    .set(withKey)
    .send({ body: 'We are glad that it fits.' })
    .expect(200);
  await api
    .send('put', '/v1/products/1/reviews/1/vote')
    .set({ ...withKey, 'Starling-Actor': 'shopper-1' })
    .send({ helpful: true })
    .expect(200);
  return { ...api, keys };
}

async function submit(
  api: TestApi,
  productId: string,
  headers: Record<string, string>,
  draft: object,
): Promise<void> {
  await api.send('post', `/v1/products/${productId}/reviews`).set(headers).send(draft).expect(201);
}
