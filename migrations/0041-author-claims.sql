-- Reviews that somebody posted without a key under an e-mail which had reviewed the product already
-- (docs/decisions/0081-set-aside-what-a-known-e-mail-posts.md). Such a review has no author_email of
-- its own and waits for a moderator. Here is the e-mail that it claims, for export and erasure.
CREATE TABLE author_claims (
  review_id     bigint PRIMARY KEY,
  product_id    text COLLATE "C" NOT NULL,
  claimed_email text COLLATE "C" NOT NULL  -- trimmed, lower case, like reviews.author_email
);
CREATE INDEX author_claims_by_email ON author_claims (claimed_email, product_id);
