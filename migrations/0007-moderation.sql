-- Moderation (docs/api.md, "Moderation").

-- What the checks said when the review was written: {"policy": "auto", "links": ["body"], "profanity": [], "velocity": []}.
-- null: written before there were checks, or seeded.
ALTER TABLE reviews ADD COLUMN verdict jsonb;

-- What a moderator may look at, oldest first. Nearly all reviews are approved and not in it.
CREATE INDEX reviews_not_approved ON reviews (state, review_id) WHERE state <> 'approved';

-- Who did what, when and why. Append-only; a review may be gone while what was decided about it is still known.
CREATE TABLE moderation_actions (
  action_id    bigint         PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  product_id   text COLLATE "C" NOT NULL,
  review_id    bigint         NOT NULL,
  action       text           NOT NULL CHECK (action IN ('approve', 'reject', 'reply', 'withdraw_reply')),
  state_before review_state   NOT NULL,
  reason       text,                       -- null for replies
  client_id    text           NOT NULL,    -- api_clients
  acted_at     timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX moderation_actions_by_review ON moderation_actions (review_id);
