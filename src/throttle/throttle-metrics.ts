import { counter, gauge, type Metric } from '../platform/telemetry/metrics';
import type { ThrottleMetrics } from './throttle-service';

export function throttleMetrics(metrics: ThrottleMetrics): Metric[] {
  return [
    counter('throttle_allowed_total', 'Requests admitted', metrics.allowed),
    counter('throttle_refused_total', 'Requests refused', metrics.refused),
    counter(
      'throttle_shadow_refused_total',
      'Admitted requests that a rule in shadow mode would have refused',
      metrics.shadow_refused,
    ),
    gauge('throttle_keys_held', 'Clients that have used part of a quota', metrics.keys_held),
    counter(
      'throttle_evictions_total',
      'Clients forgotten because the table was full, while they still owed something',
      metrics.evictions,
    ),
    gauge(
      'throttle_shared_clients',
      'Clients whose spending the instances exchange',
      metrics.shared_clients,
    ),
    gauge('throttle_instances', 'Number of instances, this one included', metrics.instances),
    gauge(
      'throttle_exchange_age_seconds',
      'Time since the last successful exchange',
      metrics.exchange_age_ms / 1000,
    ),
    gauge(
      'throttle_exchange_open',
      '1 while the store of the exchange is unavailable, else 0',
      metrics.exchange_open ? 1 : 0,
    ),
    counter('throttle_exchange_failures_total', 'Failed exchanges', metrics.exchange_failures),
    gauge(
      'throttle_rule_version',
      'Version of the rules in force; 0: the defaults',
      metrics.rule_version,
    ),
    counter(
      'throttle_rule_versions_refused_total',
      'Rule versions that did not pass validation',
      metrics.rule_versions_refused,
    ),
  ];
}
