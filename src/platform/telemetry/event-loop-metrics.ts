import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge, type Metric } from './metrics';

const RESOLUTION_MS = 10;

/**
 * How late timers ran since the last call, for New Relic. For Prometheus, prom-client has its own
 * metrics.
 */
export function createEventLoopMetrics(): () => Metric[] {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  /** Node's value includes the interval of the timer. */
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
