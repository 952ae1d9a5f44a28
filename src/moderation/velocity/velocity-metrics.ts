import type { ExchangeState } from '../../platform/exchange-loop';
import { counter, gauge, type Metric } from '../../platform/telemetry/metrics';
import type { VelocityMetrics } from './submission-velocity';

/** The metrics of velocity and of its exchange; docs/metrics.md lists them. */
export function velocityMetrics(
  { exceeded, counted, forgotten }: VelocityMetrics,
  exchange: ExchangeState,
): Metric[] {
  return [
    ...Object.entries(exceeded).map(([of, reviews]) =>
      counter('velocity_exceeded_total', 'Reviews created beyond a limit', reviews, { of }),
    ),
    gauge('velocity_reviews', 'Reviews of the last ten minutes that are counted', counted),
    counter(
      'velocity_forgotten_total',
      'Reviews forgotten before ten minutes were over',
      forgotten,
    ),
    gauge(
      'velocity_exchange_age_seconds',
      'Time since the last exchange with the other instances',
      exchange.ageMs / 1000,
    ),
    gauge('velocity_exchange_open', '1: the table is away', exchange.open ? 1 : 0),
    counter('velocity_exchange_failures_total', 'Failed exchanges', exchange.failures),
  ];
}
