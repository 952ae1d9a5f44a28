-- Secrets that all instances share and nobody has to configure: made here once, read at start. What they protect
-- (cursors, hashed addresses) is worth no more than the database they lie in.
CREATE TABLE server_secrets (
  name   text PRIMARY KEY,
  secret bytea NOT NULL
);
-- gen_random_uuid draws from the strong generator; two of them hold 244 random bits.
INSERT INTO server_secrets (name, secret)
VALUES ('cursors', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
