-- Erasure (docs/api.md, "Privacy").

-- An answer that is kept for its key repeats the review: it goes with it. Ids rise, so this index grows at its end only.
ALTER TABLE idempotency_keys ADD COLUMN review_id bigint;
CREATE INDEX idempotency_keys_by_review ON idempotency_keys (review_id);

-- That an erasure was asked for and done, by whom and of how much; not of whom.
CREATE TABLE privacy_erasures (
  erasure_id   bigint         PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  client_id    text           NOT NULL,    -- api_clients
  mode         text           NOT NULL CHECK (mode IN ('remove', 'anonymize')),
  review_count integer        NOT NULL,
  erased_at    timestamptz(3) NOT NULL DEFAULT now()
);
