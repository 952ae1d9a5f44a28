import type { TestApi } from '../support/api';

/** Where photos are; the tests' browser shows the same landscape at each address. */
export const PHOTO = 'https://photos.example.com';

const OPENINGS = [
  'I wore it on a rainy walk of two hours and stayed dry.',
  'The zip jams at the collar when I close it with gloves on.',
  'After twenty washes the blue is still the blue of the first day.',
  'Sleeves end above my wrists, although I took my usual size.',
  'My daughter borrowed it once and has not given it back.',
  'Light enough to forget in the backpack, warm enough for October.',
  'The hood stays where it is when the wind turns.',
  'One seam came loose in week three, and the shop replaced it.',
  'Pockets are deep, but the left one has no button.',
  'It smells of plastic at first; a day on the balcony helped.',
  'The cut is generous around the shoulders, which I like.',
  'Good value beside what the neighbouring brands ask for.',
  'The reflective strip is larger than in the picture.',
];
const NAMES = ['Ada', 'Grace', 'Linus', 'Mary', 'Édith', 'José', 'نور', 'Jörg', 'Olena', 'Kofi'];
const RATINGS = [5, 4, 5, 3, 5, 2, 4, 5, 1, 4, 5, 4, 3];

const LONG_BODY = Array.from(
  { length: 6 },
  (_, week) =>
    `Week ${week + 1}: I cycled to work in it each morning, folded it under the saddle by day, and found it dry, clean and in shape again in the evening.`,
).join('\n');

/**
 * Fourteen reviews of the product `jacket`, more than a page holds: of all ratings, in two
 * languages, two with photos, one long, one with a response. `empty` has none.
 */
export async function submitSampleReviews(api: TestApi): Promise<void> {
  const writeKey = await api.makeKey('write');
  for (const [index, opening] of OPENINGS.entries()) {
    const answer = await api.submit('jacket', {
      rating: RATINGS[index]!,
      title: index % 4 === 3 ? '' : `${opening.split(' ').slice(0, 4).join(' ')}…`,
      body: index === 12 ? LONG_BODY : opening,
      recommended: index % 5 === 4 ? null : RATINGS[index]! > 2,
      author: { name: NAMES[index % NAMES.length]!, email: `buyer-${index}@example.com` },
      locale: index % 3 === 0 ? 'de' : 'en',
      photos: index > 10 ? [`${PHOTO}/${index}-1.png`, `${PHOTO}/${index}-2.png`] : [],
      characteristics: index % 2 === 0 ? { Fit: 3, Quality: RATINGS[index]! } : {},
    });
    if (answer.status !== 201) throw new Error(answer.text);
  }
  const verified = await api
    .send('post', '/v1/products/jacket/reviews')
    .set('Authorization', `Bearer ${writeKey}`)
    .send({
      rating: 4,
      title: 'A verified purchase',
      body: 'Arrived within two days, and fits as the chart says.',
      author: { name: 'Wanjiru', email: 'wanjiru@example.com' },
      verified: true,
      locale: 'en',
    });
  if (verified.status !== 201) throw new Error(verified.text);
  const { review_id: reviewId } = verified.body as { review_id: number };
  const response = await api
    .send('put', `/v1/products/jacket/reviews/${reviewId}/response`)
    .set('Authorization', `Bearer ${await api.makeKey('moderate')}`)
    .send({ body: 'Thank you. The chart was new this spring.' });
  if (response.status !== 200) throw new Error(response.text);
}
