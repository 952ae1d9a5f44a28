import { average, averageText } from './average';

/** Exact: the whole number of hundredths that lies nearest, and of two the larger. */
function hundredths(sum: number, count: number): bigint {
  const [n, d] = [BigInt(sum) * 100n, BigInt(count)];
  return n / d + ((n % d) * 2n >= d ? 1n : 0n);
}

function asText(scaled: bigint, decimals: number): string {
  const digits = `${scaled}`.padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

describe('an average', () => {
  it('is rounded half up in decimal, for every sum of up to 400 ratings', () => {
    const wrong: string[] = [];
    for (let count = 1; count <= 400; count += 1) {
      for (let sum = count; sum <= 5 * count; sum += 1) {
        const exact = asText(hundredths(sum, count), 2);
        const written = JSON.stringify(average(sum, count));
        if (Number(exact) !== Number(written) || written.length > 4)
          wrong.push(`${sum}/${count}: ${written}`);
        if (averageText(sum, count, 2) !== exact) wrong.push(`${sum}/${count} as text`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is so for as many ratings as there may be', () => {
    for (const count of [999_999, 30_000_000, 2 ** 31 - 1]) {
      for (const sum of [
        count,
        2 * count - 1,
        3 * count + 7,
        Math.floor(4.725 * count),
        5 * count - 1,
        5 * count,
      ])
        expect(average(sum, count)).toBe(Number(asText(hundredths(sum, count), 2)));
    }
  });

  it.each([
    [189, 40, 4.73],
    [187, 40, 4.68],
    [1, 1, 1],
    [10, 3, 3.33],
    [0, 3, 0],
  ])('of %i / %i is %d', (sum, count, expected) => {
    expect(average(sum, count)).toBe(expected);
  });

  it('as a text has exactly the decimals that it was asked for', () => {
    expect(averageText(189, 40, 4)).toBe('4.7250');
    expect(averageText(10, 3, 16)).toBe('3.3333333333333333');
    expect(averageText(20, 3, 4)).toBe('6.6667');
    expect(averageText(1, 16, 2)).toBe('0.06');
    expect(averageText(5, 1, 16)).toBe('5.0000000000000000');
  });
});
