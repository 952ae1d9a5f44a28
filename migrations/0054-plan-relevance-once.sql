-- The relevance of a review, as in 0001, in PL/pgSQL. PostgreSQL puts a function in SQL into the
-- expression of the generated column and plans it again for every segment that a statement writes
-- to: 9 % of its time when a batch of reviews goes to 20 segments (docs/decisions/0055). It calls
-- this one instead, and a session plans it once. The values are the same, so no row changes, and
-- replacing a function waits for no reader or writer.
CREATE OR REPLACE FUNCTION review_relevance(created_at timestamptz, helpful_count integer) RETURNS integer
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN (date_part('epoch', created_at AT TIME ZONE 'UTC') / 60)::integer
       + (43200 * ln(1 + helpful_count) / ln(2::double precision))::integer;
END
$$;
