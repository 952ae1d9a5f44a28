import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge, type Metric } from './metrics';

const RESOLUTION_MS = 10;

/**
 * How late timers were since the previous record, for New Relic: prom-client has its own for
 * Prometheus.
 */
export function createEventLoopMetrics(): () => Metric[] {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  /** Node counts the timer's own interval too. */
  const secondsLate = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3);

  return () => {
    const metrics = [
      gauge('event_loop_lag_p99_seconds', '', secondsLate(delays.percentile(99))),
      gauge('event_loop_lag_max_seconds', '', secondsLate(delays.max)),
    ];
    delays.reset();
    return metrics;
  };
}
