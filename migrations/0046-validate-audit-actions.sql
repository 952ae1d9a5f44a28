-- Reads the audit once, beside reads and writes. 0045 could not: it holds a lock that stops both.
ALTER TABLE moderation_actions VALIDATE CONSTRAINT moderation_actions_action_check;
