-- Who counts as one person (docs/decisions/0080-believe-only-signed-actors.md).

-- From which network a vote or report came: a keyed hash of the IPv4 /24 or IPv6 /48 of the client's
-- address, 16 bytes. null: the store's own server vouched for the person, or the row is from before
-- this migration.
ALTER TABLE review_votes ADD COLUMN network bytea;
ALTER TABLE review_reports ADD COLUMN network bytea;

-- How many people of a network have voted on a review: it may have thousands of votes, so they are not
-- scanned. Reports need no such index: a review has few of them, as those of one network are bounded.
CREATE INDEX review_votes_by_network ON review_votes (review_id, network) WHERE network IS NOT NULL;

-- What the tokens of POST /v1/actors are signed with.
INSERT INTO server_secrets (name, secret)
VALUES ('actor-tokens', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
