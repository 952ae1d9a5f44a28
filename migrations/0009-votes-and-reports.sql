-- Who found a review helpful, and who reported it. Voters and reporters are keyed hashes: 16 bytes of an HMAC of the
-- storefront's actor or of the client's address. Nothing here says who they are.

CREATE TABLE review_votes (
  review_id  bigint      NOT NULL,
  voter      bytea       NOT NULL,
  product_id text COLLATE "C" NOT NULL,
  helpful    boolean     NOT NULL,
  voted_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (review_id, voter)
);

CREATE TABLE review_reports (
  review_id   bigint      NOT NULL,
  reporter    bytea       NOT NULL,
  product_id  text COLLATE "C" NOT NULL,
  reason      text        NOT NULL,
  detail      text,
  reported_at timestamptz NOT NULL DEFAULT now(),
  -- False once a moderator has approved the review after it: it then takes new reporters to hide it again.
  counts      boolean     NOT NULL DEFAULT true,
  PRIMARY KEY (review_id, reporter)
);

INSERT INTO server_secrets (name, secret)
VALUES ('actors', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
