-- What the instances tell each other of the reviews they created
-- (src/moderation/velocity/velocity-exchange.ts): one row for a quarter of a second in which there
-- were some, deleted after ten minutes. Unlogged: a crash empties it, and ten minutes later all is
-- known again. `names` holds keyed hashes of 32 bits, and 64 bytes that a text has in common with
-- its near copies: no e-mail, address or text can be made of them. Not compressed: it is read at
-- once.
CREATE UNLOGGED TABLE recent_submissions (
  member  text        NOT NULL,  -- one life of one instance
  number  integer     NOT NULL,  -- rises by one with each row of the member
  told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  reviews integer     NOT NULL,
  names   bytea       NOT NULL,
  PRIMARY KEY (member, number)
);
ALTER TABLE recent_submissions ALTER COLUMN names SET STORAGE EXTERNAL;
CREATE INDEX recent_submissions_by_time ON recent_submissions (told_at);

-- What these hashes are keyed with, so that nobody can tell which texts or addresses meet.
INSERT INTO server_secrets (name, secret)
VALUES ('velocity', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
