-- Throttling (docs/throttling.md).

-- What clients are called among the instances: a hash keyed with this, never an address or an id in the clear.
INSERT INTO server_secrets (name, secret)
VALUES ('throttle', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
