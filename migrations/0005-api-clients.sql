-- Who may do more than a shopper (docs/api.md, "Keys"). A key is shown once, when it is made; what is kept is its SHA-256.
-- A key is 256 random bits, so a fast hash is enough: there is nothing to guess.

CREATE TABLE api_clients (
  client_id  text COLLATE "C" PRIMARY KEY CHECK (client_id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  scopes     text[] NOT NULL CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'moderate', 'admin']),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  key_id     text COLLATE "C" PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{16}$'),
  client_id  text COLLATE "C" NOT NULL REFERENCES api_clients,
  key_hash   bytea NOT NULL CHECK (octet_length(key_hash) = 32),
  -- A client has two places for live keys, so that keys can be rotated: the index below lets no race make a third.
  place      smallint NOT NULL CHECK (place IN (1, 2)),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  revoked_at timestamptz(3)
);
CREATE UNIQUE INDEX api_keys_live ON api_keys (client_id, place) WHERE revoked_at IS NULL;

-- What keys are sealed with: an instance tells a key that was never made from one that was without asking the database.
INSERT INTO server_secrets (name, secret)
VALUES ('client-keys', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
