import { counter, gauge, type Metric } from '../platform/telemetry/metrics';
import type { ThrottleMetrics } from './throttle-service';

export function throttleMetrics(metrics: ThrottleMetrics): Metric[] {
  return [
    counter('throttle_allowed_total', 'Decisions that admitted', metrics.allowed),
    counter('throttle_refused_total', 'Decisions that refused', metrics.refused),
    counter(
      'throttle_shadow_refused_total',
      'Admitted, but for a rule in shadow',
      metrics.shadow_refused,
    ),
    gauge('throttle_keys_held', 'Clients who owe something of their quota', metrics.keys_held),
    counter(
      'throttle_evictions_total',
      'Clients forgotten because the table was full',
      metrics.evictions,
    ),
    gauge('throttle_shared_clients', 'Clients whose spending is exchanged', metrics.shared_clients),
    gauge('throttle_instances', 'Instances counted, this one too', metrics.instances),
    gauge(
      'throttle_exchange_age_seconds',
      'Since the others were last heard',
      metrics.exchange_age_ms / 1000,
    ),
    gauge('throttle_exchange_open', '1: the store is away', metrics.exchange_open ? 1 : 0),
    counter('throttle_exchange_failures_total', 'Failed exchanges', metrics.exchange_failures),
    gauge('throttle_rule_version', 'Rules in force; 0: the defaults', metrics.rule_version),
    counter(
      'throttle_rule_versions_refused_total',
      'Versions of the rules that did not pass the check',
      metrics.rule_versions_refused,
    ),
  ];
}
