-- Answers already given, by Idempotency-Key: inserted by the transaction that inserts the review, so that there is
-- never a review without its key or a key without its review. Keys and requests are hashed; kept for a day.
CREATE TABLE idempotency_keys (
  key_hash     bytea PRIMARY KEY,
  request_hash bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  location     text NOT NULL,
  body         text NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
