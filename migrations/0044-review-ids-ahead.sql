-- Earlier versions set the sequence of review ids back when they seeded a database anew
-- (docs/decisions/0090), so it may come to ids that reviews bear. It goes past them here, and past
-- what instances that run now may hold. The highest id is found by the primary key, one step in
-- each segment.
SELECT setval('review_ids', highest + 100000)
FROM (SELECT max(review_id) AS highest FROM reviews) AS r, review_ids
WHERE highest > last_value;
