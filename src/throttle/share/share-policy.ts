/**
 * Who gets how much of one quota: the part of it that this instance may spend until it hears of the
 * others again.
 *
 * While the bucket is full nobody is refused whatever the parts are, so each instance gets the
 * same: traffic that turns to another instance finds room there. As it empties, parts go over to
 * demand: each gets what it asks for, the little ones first (max-min fairness, "water filling": D.
 * Bertsekas, R. Gallager, Data Networks, §6.5.2), and what nobody asks for is divided equally.
 *
 * @param own units a second asked for here
 * @param demands units a second asked for on every instance, this one included; any order
 * @param instances how many there are, at least as many as `demands` has
 * @param rate units a second that all may spend together
 * @param fullness of the bucket, 0–1
 * @returns 0–1; over all instances with the same view it adds up to 1
 */
export function shareOf(
  own: number,
  demands: readonly number[],
  instances: number,
  rate: number,
  fullness: number,
): number {
  const equal = 1 / instances;
  const byDemand = fairPart(own, demands, instances, rate) / rate;
  return Math.max(fullness * equal + (1 - fullness) * byDemand, equal * LEAST_PART);
}

/**
 * Of an equal part, for an instance that nobody asks: the first request there must not wait for the
 * next exchange.
 */
const LEAST_PART = 1 / 20;

function fairPart(
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
