/**
 * The average with two decimals, rounded half up. It computes with whole numbers only, because a
 * floating-point quotient may lie just below its half: 189 / 40 is 4.725, and a hundred times that
 * as a float is 472.49999999999994.
 *
 * @param sum of `count` whole numbers, none of them negative; up to 2^53 / 200
 * @param count at least 1
 */
export function average(sum: number, count: number): number {
  const doubled = 200 * sum + count;
  return (doubled - (doubled % (2 * count))) / (2 * count) / 100;
}

/** The same as a text with exactly `decimals` decimals, which may be more than a number can hold. */
export function averageText(sum: number, count: number, decimals: number): string {
  const scaled =
    (BigInt(sum) * 10n ** BigInt(decimals) * 2n + BigInt(count)) / (2n * BigInt(count));
  const digits = scaled.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
