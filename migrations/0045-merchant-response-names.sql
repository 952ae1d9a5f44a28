-- The audit calls what a merchant does `respond` and `withdraw_response`. Rows from before say
-- `reply` and `withdraw_reply`, and instances of the last version write these words for as long as
-- a rolling restart takes. So both are allowed, the rows stay as they are, and readers translate
-- them with `audit_action`. Nothing here reads or rewrites a table: the new check is NOT VALID, and
-- 0046 validates it in a transaction of its own.
ALTER TABLE moderation_actions
  DROP CONSTRAINT moderation_actions_action_check,
  ADD CONSTRAINT moderation_actions_action_check CHECK (action IN
    ('approve', 'reject', 'respond', 'withdraw_response', 'reply', 'withdraw_reply')) NOT VALID;

-- The name that the API shows for a stored action. One expression, so PostgreSQL inlines it.
CREATE FUNCTION audit_action(stored text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE stored
  WHEN 'reply' THEN 'respond'
  WHEN 'withdraw_reply' THEN 'withdraw_response'
  ELSE stored
END;

-- The unique key on authors gets the name that its segments' keys have behind the segment's name,
-- because errors show the one or the other. Renaming an index renames its constraint, and waits
-- neither for reads nor for writes; RENAME CONSTRAINT would wait for both.
ALTER INDEX one_review_an_author_and_product RENAME TO reviews_author_email_product_id_key;
