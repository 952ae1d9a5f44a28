import { createBatchColumns } from '../../platform/db/batch-columns';
import { type Statement, type TextDatabase, toBytea } from '../../platform/db/statement';

/** Reviews that an instance created between two exchanges. */
export interface ToldSubmissions {
  /** One life of one instance. */
  member: string;
  /** Rises by one with each that the member tells. */
  number: number;
  reviews: number;
  /** submission-packing.ts */
  names: Buffer;
}

export interface HeardSubmissions extends ToldSubmissions {
  /** By the database's clock. */
  ageMs: number;
}

export interface VelocityRepository {
  /**
   * Leaves what this member tells and returns what others have told that is not known yet, oldest
   * first.
   *
   * @param told null: there is nothing to tell. The same number again is the same thing again
   * @param known the last number heard of each member
   * @param sinceMs how far to look back: longer than since the last exchange
   * @param reviewsMax of how many reviews at most; older ones are left out
   */
  exchangeSubmissions(
    member: string,
    told: ToldSubmissions | null,
    known: ReadonlyMap<string, number>,
    sinceMs: number,
    reviewsMax: number,
  ): Promise<HeardSubmissions[]>;
  /** Deletes what was told more than ten minutes ago. */
  deleteOldSubmissions(): Promise<void>;
}

const KNOWN = createBatchColumns<readonly [member: string, number: number]>([
  { name: 'member', type: 'text', value: ([member]) => member },
  { name: 'number', type: 'integer', value: ([, number]) => number },
]);

/**
 * One round trip. By the index on `told_at`: a handful of rows of the last seconds, of which it
 * sends those that are new. An instance that has just started reads the rows of ten minutes once.
 */
export const EXCHANGE_STATEMENT: Statement = {
  name: 'exchange_submissions',
  text: `
    WITH told AS (
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
    async exchangeSubmissions(member, told, known, sinceMs, reviewsMax) {
      const rows = await database.queryText(EXCHANGE_STATEMENT, [
        ...KNOWN.valuesOf([...known]),
        member,
        told?.number ?? 0,
        told?.reviews ?? 0,
        toBytea(told?.names),
        sinceMs / 1_000,
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
