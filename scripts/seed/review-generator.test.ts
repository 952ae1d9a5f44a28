import { parse } from 'csv-parse/sync';
import { renderPayload } from '../../src/reviews/review-payload';
import { REVIEW_COLUMNS } from '../shared/review-columns';
import { createSegmentGenerator, SUMMARY_COLUMNS } from './review-generator';
import { planSeed } from './seed-plan';

interface Payload {
  rating: number;
  title: string;
  body: string;
  recommended: boolean | null;
  author: { name: string };
  verified: boolean;
  locale: string | null;
  created_at: string;
  photos: { id: number; url: string }[];
  characteristics: Record<string, number>;
  response: { body: string; created_at: string } | null;
}

type Row = Record<string, string>;

describe('generated reviews', () => {
  const { reviews, summaries, text } = generate('1', 30_000);
  const payloads = reviews.map(({ payload }) => JSON.parse(payload!) as Payload);

  it('carry byte for byte the payload that renderPayload writes', () => {
    for (const [i, payload] of payloads.entries())
      expect(rerender(payload)).toBe(reviews[i]!.payload);
  });

  it('have the same values in their columns and their payload', () => {
    for (const [i, row] of reviews.entries()) {
      const { rating, photos, recommended, verified, locale, created_at, characteristics } =
        payloads[i]!;
      expect(row).toMatchObject({
        rating: `${rating}`,
        photo_count: `${photos.length}`,
        recommended: recommended === null ? '' : `${recommended}`,
        verified: `${verified}`,
        locale: locale ?? '',
        created_at,
        characteristics:
          Object.keys(characteristics).length === 0 ? '' : JSON.stringify(characteristics),
      });
    }
  });

  it('are the same for the same seed and others for another', () => {
    expect(generate('1', 2_000).text).toBe(generate('1', 2_000).text);
    expect(generate('2', 2_000).text).not.toBe(generate('1', 2_000).text);
  });

  it('have no two bodies alike in a sample of 10,000', () => {
    const bodies = payloads.slice(0, 10_000).map(({ body }) => body);
    expect(new Set(bodies).size).toBe(10_000);
  });

  it('lean to four and five stars, with products that differ', () => {
    const mean = average(payloads.map(({ rating }) => rating));
    expect(mean).toBeGreaterThan(4);
    expect(mean).toBeLessThan(4.5);

    const means = [...groupBy(reviews, 'product_id').values()]
      .filter((rows) => rows.length >= 50)
      .map((rows) => average(rows.map(({ rating }) => Number(rating))));
    expect(Math.min(...means)).toBeLessThan(3.5);
    expect(Math.max(...means)).toBeGreaterThan(4.4);
  });

  it('are approved, except 1 % flagged and 0.5 % pending or rejected', () => {
    const share = (state: string) =>
      reviews.filter((row) => row.state === state).length / reviews.length;
    expect(share('flagged')).toBeCloseTo(0.01, 2);
    expect(share('pending') + share('rejected')).toBeCloseTo(0.005, 2);
    expect(share('approved')).toBeCloseTo(0.985, 2);
  });

  it('have helpful counts with a tail, photos, responses and several languages', () => {
    const helpful = reviews.map((row) => Number(row.helpful_count)).sort((a, b) => a - b);
    expect(helpful[helpful.length >> 1]).toBe(0);
    expect(helpful[Math.floor(helpful.length * 0.99)]).toBeGreaterThan(10);
    expect(helpful.at(-1)).toBeGreaterThan(100);
    expect(payloads.filter(({ photos }) => photos.length > 0).length / payloads.length).toBeCloseTo(
      0.12,
      1,
    );
    expect(payloads.filter(({ response }) => response).length / payloads.length).toBeCloseTo(
      0.07,
      1,
    );
    expect(new Set(payloads.map(({ locale }) => locale?.slice(0, 2)))).toEqual(
      new Set(['en', 'de', 'fr', 'es', undefined]),
    );
  });

  it('rise in id with their time inside a product, which is never in the future', () => {
    for (const rows of groupBy(reviews, 'product_id').values()) {
      const byId = rows.toSorted((a, b) => Number(a.review_id) - Number(b.review_id));
      const times = byId.map((row) => row.created_at!);
      expect(times).toEqual([...times].sort());
    }
    expect(reviews.every((row) => row.created_at! >= '2018' && row.created_at! < '2026')).toBe(
      true,
    );
  });

  it('have one author a product, who reviews several products under one address', () => {
    for (const rows of groupBy(reviews, 'product_id').values()) {
      expect(new Set(rows.map((row) => row.author_email)).size).toBe(rows.length);
    }
    expect(groupBy(reviews, 'author_email').size).toBeLessThan(reviews.length / 2);
    expect(
      reviews.every((row) =>
        /^\d+\.[a-z]+\.[a-z]+@example\.(com|net|org)$/.test(row.author_email!),
      ),
    ).toBe(true);
  });

  it('come with the sums of their approved reviews', () => {
    const approved = groupBy(
      reviews.filter((row) => row.state === 'approved'),
      'product_id',
    );
    expect(summaries.map((row) => row.product_id)).toEqual([...approved.keys()]);
    for (const summary of summaries) {
      const rows = approved.get(summary.product_id!)!;
      const count = (column: string, value: string) =>
        `${rows.filter((row) => row[column] === value).length}`;
      expect(summary).toMatchObject({
        rating_1: count('rating', '1'),
        rating_5: count('rating', '5'),
        recommended_yes: count('recommended', 'true'),
        recommended_no: count('recommended', 'false'),
        verified_count: count('verified', 'true'),
      });
    }
  });

  it('are made of characters below U+0100, on which the speed of the generator depends', () => {
    expect(text).not.toMatch(/[^\0-\xff]/);
  });
});

function generate(seed: string, count: number) {
  const plan = planSeed({ seed, reviews: count, segmentRows: count });
  let text = '';
  let summaryText = '';
  const nextProduct = createSegmentGenerator(plan, plan.segments[0]!, {
    review: (line) => {
      text += line;
    },
    summary: (line) => {
      summaryText += line;
    },
  });
  while (nextProduct() > 0) {}
  return {
    text,
    reviews: parse(text, { columns: REVIEW_COLUMNS.split(', ') }) as Row[],
    summaries: parse(summaryText, { columns: SUMMARY_COLUMNS.split(', ') }) as Row[],
  };
}

function rerender(payload: Payload): string {
  return renderPayload({
    ...payload,
    authorName: payload.author.name,
    createdAt: payload.created_at,
    photoUrls: payload.photos.map(({ url }) => url),
    response: payload.response && {
      body: payload.response.body,
      createdAt: payload.response.created_at,
    },
  });
}

function groupBy(rows: Row[], column: string): Map<string, Row[]> {
  return Map.groupBy(rows, (row) => row[column]!);
}

function average(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
