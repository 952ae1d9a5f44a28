import type { Statement, TextDatabase } from '../../platform/db/statement';

/** A row of the exchange table: the reviews that an instance created between two exchanges. */
export interface ToldSubmissions {
  /** Unique per start of an instance. */
  member: string;
  /** Increases by one with each row of the member. */
  number: number;
  reviews: number;
  /** The names of the reviews, packed by submission-packing.ts. */
  names: Buffer;
}

export interface HeardSubmissions extends ToldSubmissions {
  /** Age of the row by the database's clock. */
  ageMs: number;
}

export interface VelocityRepository {
  /**
   * Writes this member's row and returns the rows of other members that are not known yet, oldest
   * first. Rejects with PostgreSQL's error.
   *
   * @param told null: there is nothing to write. The same number must hold the same reviews, and is
   * written once
   * @param known the last number read of each member
   * @param sinceMs how far to look back; must be longer than the time since the last exchange
   * @param reviewsMax the most reviews to return; the oldest are left out
   */
  exchangeSubmissions(
    member: string,
    told: ToldSubmissions | null,
    known: ReadonlyMap<string, number>,
    sinceMs: number,
    reviewsMax: number,
  ): Promise<HeardSubmissions[]>;
  /** Deletes rows older than ten minutes. */
  deleteOldSubmissions(): Promise<void>;
}

/**
 * Writes and reads in one round trip. The index on `told_at` leads to a handful of rows of the last
 * seconds; the statement returns those that are new. An instance that has just started reads the
 * rows of ten minutes once.
 */
export const EXCHANGE_STATEMENT: Statement = {
  name: 'exchange_submissions',
  text: `
    WITH told AS (
      INSERT INTO recent_submissions (member, number, reviews, names)
      SELECT $1::text, $2::integer, $3::integer, $4::bytea WHERE $3::integer > 0
      ON CONFLICT DO NOTHING
    )
    SELECT member, number, reviews, names, age_ms
    FROM (
      SELECT r.member, r.number, r.reviews, r.names, r.told_at,
             extract(epoch FROM clock_timestamp() - r.told_at) * 1000 AS age_ms,
             sum(r.reviews) OVER (ORDER BY r.told_at DESC, r.member, r.number DESC) - r.reviews AS newer
      FROM recent_submissions AS r
      WHERE r.told_at > now() - make_interval(secs => $5::float8)
        AND r.member <> $1::text
        AND NOT EXISTS (SELECT FROM unnest($6::text[], $7::integer[]) AS known (member, number)
                        WHERE known.member = r.member AND known.number >= r.number)
    ) AS unknown
    WHERE newer < $8::integer
    ORDER BY told_at, member, number`,
};

const DELETE_OLD: Statement = {
  name: 'delete_old_submissions',
  text: `DELETE FROM recent_submissions WHERE told_at < now() - interval '10 minutes'`,
};

export function createVelocityRepository(database: TextDatabase): VelocityRepository {
  return {
    async exchangeSubmissions(member, told, known, sinceMs, reviewsMax) {
      const rows = await database.queryText(EXCHANGE_STATEMENT, [
        member,
        told?.number ?? 0,
        told?.reviews ?? 0,
        `\\x${told?.names.toString('hex') ?? ''}`,
        sinceMs / 1_000,
        [...known.keys()],
        [...known.values()],
        reviewsMax,
      ]);
      return rows.map(([teller, number, reviews, names, ageMs]) => ({
        member: teller!,
        number: Number(number),
        reviews: Number(reviews),
        names: Buffer.from(names!.slice(2), 'hex'),
        ageMs: Number(ageMs),
      }));
    },
    async deleteOldSubmissions() {
      await database.queryText(DELETE_OLD, []);
    },
  };
}
