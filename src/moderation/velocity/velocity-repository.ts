import { createBatchColumns } from '../../platform/db/batch-columns';
import { type Statement, type TextDatabase, toBytea } from '../../platform/db/statement';

/** A row of the exchange table: the reviews that an instance created between two exchanges. */
export interface PublishedSubmissions {
  /** Unique per start of an instance. */
  member: string;
  /** Increases by one with each row of the member. */
  number: number;
  reviews: number;
  /** The names of the reviews, packed by submission-packing.ts. */
  names: Buffer;
}

export interface ReceivedSubmissions extends PublishedSubmissions {
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
    published: PublishedSubmissions | null,
    known: ReadonlyMap<string, number>,
    sinceMs: number,
    reviewsMax: number,
  ): Promise<ReceivedSubmissions[]>;
  /** Deletes rows older than ten minutes. */
  deleteOldSubmissions(): Promise<void>;
}

const KNOWN = createBatchColumns<readonly [member: string, number: number]>([
  { name: 'member', type: 'text', value: ([member]) => member },
  { name: 'number', type: 'integer', value: ([, number]) => number },
]);

/**
 * Writes and reads in one round trip. The index on `told_at` leads to a handful of rows of the last
 * seconds; the statement returns those that are new. An instance that has just started reads the
 * rows of ten minutes once.
 */
export const EXCHANGE_STATEMENT: Statement = {
  name: 'exchange_submissions',
  text: `
    WITH published AS (
      INSERT INTO recent_submissions (member, number, reviews, names)
      SELECT $3::text, $4::integer, $5::integer, $6::bytea WHERE $5::integer > 0
      ON CONFLICT DO NOTHING
    )
    SELECT member, number, reviews, names, age_ms
    FROM (
      SELECT r.member, r.number, r.reviews, r.names, r.told_at,
             extract(epoch FROM clock_timestamp() - r.told_at) * 1000 AS age_ms,
             sum(r.reviews) OVER (ORDER BY r.told_at DESC, r.member, r.number DESC) - r.reviews AS newer
      FROM recent_submissions AS r
      WHERE r.told_at > now() - make_interval(secs => $7::float8)
        AND r.member <> $3::text
        AND NOT EXISTS (SELECT FROM ${KNOWN.inputAs('known')}
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
    async exchangeSubmissions(member, published, known, sinceMs, reviewsMax) {
      const rows = await database.queryText(EXCHANGE_STATEMENT, [
        ...KNOWN.valuesOf([...known]),
        member,
        published?.number ?? 0,
        published?.reviews ?? 0,
        toBytea(published?.names),
        sinceMs / 1_000,
        reviewsMax,
      ]);
      return rows.map(([publisher, number, reviews, names, ageMs]) => ({
        member: publisher!,
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
