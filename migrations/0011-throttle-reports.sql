-- What the instances tell each other of the clients they share: one row an instance, replaced a few times a second
-- (src/throttle/postgres-exchange.ts). Unlogged: after a crash it is empty, and full again a quarter of a second later.
-- Half of each page is free for the next version of a row, and no index changes with it. Not compressed: it is read at once.
CREATE UNLOGGED TABLE throttle_reports (
  member      text        PRIMARY KEY,  -- one life of one instance
  reported_at timestamptz NOT NULL,
  report      text        NOT NULL
) WITH (fillfactor = 50);
ALTER TABLE throttle_reports ALTER COLUMN report SET STORAGE EXTERNAL;
