-- A scope for whoever collects /metrics (src/platform/telemetry/metrics-routes.ts), which allows nothing else.
ALTER TABLE api_clients
  DROP CONSTRAINT api_clients_scopes_check,
  ADD CONSTRAINT api_clients_scopes_check
    CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY['read', 'write', 'moderate', 'admin', 'metrics']);
