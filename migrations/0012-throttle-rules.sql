-- The rules of throttling, a row a version; the one with the greatest version is in force (src/throttle/rule-service.ts).
-- A rollback publishes an older document again, so the history is never rewritten.
CREATE TABLE throttle_rules (
  version      bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  published_at timestamptz NOT NULL DEFAULT now(),
  published_by text        NOT NULL,
  rules        jsonb       NOT NULL
);
