/**
 * Adds the rows of the temporary table `added_summaries` to `product_summaries`. It takes products
 * in the same order as the service's writers, so they cannot deadlock.
 */
export const ADD_SUMMARIES = `
  INSERT INTO product_summaries AS kept (
    product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no,
    verified_count, photo_count, characteristics)
  SELECT
    product_id, rating_1, rating_2, rating_3, rating_4, rating_5, recommended_yes, recommended_no,
    verified_count, photo_count, characteristics
  FROM added_summaries
  ORDER BY product_id
  ON CONFLICT (product_id) DO UPDATE SET
    version = kept.version + 1,
    rating_1 = kept.rating_1 + excluded.rating_1,
    rating_2 = kept.rating_2 + excluded.rating_2,
    rating_3 = kept.rating_3 + excluded.rating_3,
    rating_4 = kept.rating_4 + excluded.rating_4,
    rating_5 = kept.rating_5 + excluded.rating_5,
    recommended_yes = kept.recommended_yes + excluded.recommended_yes,
    recommended_no = kept.recommended_no + excluded.recommended_no,
    verified_count = kept.verified_count + excluded.verified_count,
    photo_count = kept.photo_count + excluded.photo_count,
    characteristics = add_characteristics(kept.characteristics, excluded.characteristics)`;
