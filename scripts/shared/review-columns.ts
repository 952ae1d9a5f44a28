/** The columns of a file of reviews that COPY loads, in their order. */
export const REVIEW_COLUMNS =
  'review_id, created_at, product_id, helpful_count, not_helpful_count, state, rating, photo_count, recommended, ' +
  'verified, locale, characteristics, author_email, payload';
