import type { SeededRandom } from '../shared/seeded-random';

export const MS_A_DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2018, 0, 1);
const DAYS = 8 * 365; // to the end of 2025

/**
 * Fills `times` with milliseconds since 1970, ascending. Most lie within a year or two of the
 * launch, with ever fewer later.
 */
export function drawTimes(random: SeededRandom, times: Float64Array): Float64Array {
  const span = DAYS * (0.2 + 0.8 * random.unit()) * MS_A_DAY;
  const launch = FIRST_DAY + (DAYS * MS_A_DAY - span) * random.unit();
  for (let i = 0; i < times.length; i += 1) {
    const unit = random.unit();
    times[i] = Math.floor(launch + span * unit * Math.sqrt(unit));
  }
  return times.length === 1 ? times : times.sort();
}

const DAY_TEXTS = Array.from({ length: DAYS + 8 }, (_, day) =>
  new Date(FIRST_DAY + day * MS_A_DAY).toISOString().slice(0, 11),
);
const MINUTE_TEXTS = Array.from({ length: 1440 }, (_, minute) =>
  new Date(minute * 60_000).toISOString().slice(11, 17),
);
const MILLISECOND_TEXTS = Array.from({ length: 60_000 }, (_, ms) =>
  new Date(ms).toISOString().slice(17),
);

/**
 * The text of toISOString for days from 2018 to 2025, joined from tables in a fifth of the time.
 */
export function formatTime(ms: number): string {
  const sinceFirst = ms - FIRST_DAY;
  const day = Math.floor(sinceFirst / MS_A_DAY);
  const inDay = sinceFirst - day * MS_A_DAY;
  const minute = Math.floor(inDay / 60_000);
  return DAY_TEXTS[day]! + MINUTE_TEXTS[minute]! + MILLISECOND_TEXTS[inDay - minute * 60_000]!;
}
