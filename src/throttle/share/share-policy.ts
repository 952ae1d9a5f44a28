/**
 * The share of one client's quota that this instance may spend until the next exchange.
 *
 * While the bucket is full, no instance refuses the client whatever the shares are. So all shares
 * are equal, and traffic that moves to another instance finds room there. As the bucket empties,
 * shares move towards demand. Each instance gets what the client asks of it, the smallest demands
 * first (max-min fairness, "water filling": D. Bertsekas, R. Gallager, Data Networks, §6.5.2), and
 * the rest is divided equally.
 *
 * `own`, `demands` and `rate` have one unit, such as units of quota per millisecond.
 *
 * @param own demand on this instance
 * @param demands demand on every instance, this one included, in any order
 * @param instances how many instances there are, at least `demands.length`
 * @param rate what all instances together may spend
 * @param fullness of the bucket, 0–1
 * @returns 0–1, at least a twentieth of an equal share. Apart from that minimum, the shares of all
 *   instances with the same view add up to 1
 */
export function shareOf(
  own: number,
  demands: readonly number[],
  instances: number,
  rate: number,
  fullness: number,
): number {
  const equal = 1 / instances;
  const byDemand = fairRate(own, demands, instances, rate) / rate;
  return Math.max(fullness * equal + (1 - fullness) * byDemand, equal * LEAST_PART);
}

/**
 * The least share, as a part of an equal one. An instance without demand keeps it, so that the
 * first request there need not wait for an exchange.
 */
const LEAST_PART = 1 / 20;

function fairRate(
  own: number,
  demands: readonly number[],
  instances: number,
  rate: number,
): number {
  const total = demands.reduce((sum, demand) => sum + demand, 0);
  if (total <= rate) return own + (rate - total) / instances;
  return Math.min(own, waterLevel(demands, rate));
}

/** The level at which `demands`, each cut off there, add up to `rate`. */
function waterLevel(demands: readonly number[], rate: number): number {
  let left = rate;
  let waiting = demands.length;
  for (const demand of [...demands].sort((a, b) => a - b)) {
    if (demand * waiting >= left) break;
    left -= demand;
    waiting -= 1;
  }
  return left / waiting;
}
