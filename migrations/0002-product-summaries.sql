-- The read model: one row a product, kept by the same transaction that writes its reviews.

-- Adds up two sets of sums: {"Fit": {"sum": 9, "count": 2}}. A characteristic that nobody rates any more is dropped.
CREATE FUNCTION add_characteristics(a jsonb, b jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT coalesce(jsonb_object_agg(name, jsonb_build_object('sum', total, 'count', count)), '{}')
  FROM (
    SELECT name, sum((value ->> 'sum')::integer) AS total, sum((value ->> 'count')::integer) AS count
    FROM (SELECT * FROM jsonb_each(a) UNION ALL SELECT * FROM jsonb_each(b)) AS both_sets (name, value)
    GROUP BY name
  ) AS sums
  WHERE count <> 0
);

CREATE TABLE product_summaries (
  product_id      text COLLATE "C" PRIMARY KEY,
  -- Raised by every write that changes what a shopper may see. It starts at the microsecond its row was made, so that
  -- a product that was deleted and seeded again never shows a version it had before.
  version         bigint  NOT NULL DEFAULT (date_part('epoch', clock_timestamp()) * 1000000)::bigint,
  rating_1        integer NOT NULL DEFAULT 0,
  rating_2        integer NOT NULL DEFAULT 0,
  rating_3        integer NOT NULL DEFAULT 0,
  rating_4        integer NOT NULL DEFAULT 0,
  rating_5        integer NOT NULL DEFAULT 0,
  recommended_yes integer NOT NULL DEFAULT 0,
  recommended_no  integer NOT NULL DEFAULT 0,
  verified_count  integer NOT NULL DEFAULT 0,
  photo_count     integer NOT NULL DEFAULT 0,
  characteristics jsonb   NOT NULL DEFAULT '{}'
) WITH (fillfactor = 80);  -- room for the next version of a row on its own page (HOT): no index changes with it

-- What the summaries must equal, counted from the reviews. Restrict it by product_id: that reaches the segments.
CREATE VIEW product_summaries_recounted AS
SELECT
  product_id,
  count(*) FILTER (WHERE rating = 1)::integer AS rating_1,
  count(*) FILTER (WHERE rating = 2)::integer AS rating_2,
  count(*) FILTER (WHERE rating = 3)::integer AS rating_3,
  count(*) FILTER (WHERE rating = 4)::integer AS rating_4,
  count(*) FILTER (WHERE rating = 5)::integer AS rating_5,
  count(*) FILTER (WHERE recommended)::integer AS recommended_yes,
  count(*) FILTER (WHERE NOT recommended)::integer AS recommended_no,
  count(*) FILTER (WHERE verified)::integer AS verified_count,
  sum(photo_count)::integer AS photo_count,
  (
    SELECT coalesce(jsonb_object_agg(name, jsonb_build_object('sum', total, 'count', count)), '{}')
    FROM (
      SELECT name, sum(value::integer) AS total, count(*) AS count
      FROM unnest(array_agg(characteristics)) AS rated, jsonb_each(rated) AS each_rated (name, value)
      GROUP BY name
    ) AS sums
  ) AS characteristics
FROM reviews
WHERE state = 'approved'
GROUP BY product_id;
