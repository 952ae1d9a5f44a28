/**
 * Averages in decimal, rounded half up, from whole numbers alone. A quotient in floating point may
 * lie just below its own half: 189 / 40 is 4.725, whose hundredfold as a float is
 * 472.49999999999994.
 *
 * @param sum of `count` whole numbers, none of them negative; up to 2^53 / 200
 * @param count at least 1
 */
export function average(sum: number, count: number): number {
  const doubled = 200 * sum + count;
  return (doubled - (doubled % (2 * count))) / (2 * count) / 100;
}

/**
 * The same as a text with exactly this many decimals, of which it may have more than a number is
 * exact to.
 */
export function averageText(sum: number, count: number, decimals: number): string {
  const scaled =
    (BigInt(sum) * 10n ** BigInt(decimals) * 2n + BigInt(count)) / (2n * BigInt(count));
  const digits = scaled.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
