import type { ClientBase, Pool } from 'pg';

export interface StoredRules {
  version: number;
  /** Not checked yet. */
  rules: unknown;
}

export interface RuleVersion {
  version: number;
  publishedAt: Date;
  publishedBy: string;
}

/** The newest version if it is not `known`, else null. Reads one entry of the primary key. */
export async function findRules(db: Pool | ClientBase, known: number): Promise<StoredRules | null> {
  const { rows } = await db.query<{ version: string; rules: unknown }>({
    name: 'throttle-rules',
    text: `SELECT version, CASE WHEN version <> $1 THEN rules END AS rules
           FROM throttle_rules ORDER BY version DESC LIMIT 1`,
    values: [known],
  });
  return newest(rows, known);
}

/** One version, in force or not; null: there is no such version. */
export async function findRulesVersion(
  db: ClientBase,
  version: number,
): Promise<StoredRules | null> {
  const { rows } = await db.query<{ version: string; rules: unknown }>(
    'SELECT version, rules FROM throttle_rules WHERE version = $1',
    [version],
  );
  return newest(rows, Number.NaN);
}

function newest(rows: { version: string; rules: unknown }[], known: number): StoredRules | null {
  const row = rows[0];
  if (!row || Number(row.version) === known) return null;
  return { version: Number(row.version), rules: row.rules };
}

/** The latest `limit` versions, newest first. */
export async function listRuleVersions(db: ClientBase, limit: number): Promise<RuleVersion[]> {
  const { rows } = await db.query<{ version: string; published_at: Date; published_by: string }>(
    'SELECT version, published_at, published_by FROM throttle_rules ORDER BY version DESC LIMIT $1',
    [limit],
  );
  return rows.map((row) => ({
    version: Number(row.version),
    publishedAt: row.published_at,
    publishedBy: row.published_by,
  }));
}

/** @returns the number of the new version */
export async function insertRules(
  db: ClientBase,
  rules: object,
  publishedBy: string,
): Promise<number> {
  const { rows } = await db.query<{ version: string }>(
    'INSERT INTO throttle_rules (rules, published_by) VALUES ($1, $2) RETURNING version',
    [JSON.stringify(rules), publishedBy],
  );
  return Number(rows[0]!.version);
}
