import type { Client } from 'pg';
import type { CLASSIC_FILES } from '../formats/classic-format';
import type { RefusalSink } from '../refusal-report';

/** Refuses reviews that exist twice: with the same id, or with the same author and product. */
export async function refuseDuplicates(
  client: Client,
  file: string,
  report: RefusalSink,
): Promise<void> {
  await client.query(`CREATE INDEX ON staged_reviews (key); ANALYZE staged_reviews`);
  await refuse(
    client,
    file,
    report,
    `
    DELETE FROM staged_reviews AS later USING staged_reviews AS first
    WHERE later.key = first.key AND later.line > first.line
    RETURNING later.line, 'id ' || later.key || ' was used before' AS reason`,
  );
  await refuse(
    client,
    file,
    report,
    `
    WITH repeated AS (
      SELECT line, first_value(line) OVER (PARTITION BY author_email, product_id ORDER BY line) AS first_line
      FROM staged_reviews
      WHERE author_email IS NOT NULL
    )
    DELETE FROM staged_reviews AS r USING repeated
    WHERE r.line = repeated.line AND repeated.line <> repeated.first_line
    RETURNING r.line, 'its author reviewed the product in line ' || first_line || ' already' AS reason`,
  );
}

/** Refuses reviews whose author has reviewed the product in the database. */
export async function refuseReviewed(
  client: Client,
  file: string,
  report: RefusalSink,
): Promise<void> {
  await refuse(
    client,
    file,
    report,
    `
    DELETE FROM staged_reviews AS r USING reviews AS there
    WHERE there.author_email = r.author_email AND there.product_id = r.product_id
    RETURNING r.line, 'its author has reviewed the product in Starling (review ' || there.review_id || ')' AS reason`,
  );
}

/**
 * Refuses photos and ratings of reviews or characteristics that are not imported, and a second
 * rating of the same characteristic.
 */
export async function refuseOrphans(
  client: Client,
  files: typeof CLASSIC_FILES,
  report: RefusalSink,
): Promise<void> {
  await client.query(
    'CREATE INDEX IF NOT EXISTS staged_characteristics_by_id ON staged_characteristics (id)',
  );
  for (const [table, file] of [
    ['staged_photos', files.photos],
    ['staged_ratings', files.ratings],
  ] as const) {
    await refuse(
      client,
      file,
      report,
      `
      DELETE FROM ${table} AS t
      WHERE NOT EXISTS (SELECT FROM staged_reviews AS r WHERE r.key = t.key)
      RETURNING line, 'review ' || key || ' is not imported' AS reason`,
    );
  }
  await refuse(
    client,
    files.ratings,
    report,
    `
    DELETE FROM staged_ratings AS t
    WHERE NOT EXISTS (SELECT FROM staged_characteristics AS c WHERE c.id = t.characteristic_id)
    RETURNING line, 'characteristic ' || characteristic_id || ' is not in ${files.characteristics}' AS reason`,
  );
  await refuse(
    client,
    files.ratings,
    report,
    `
    WITH repeated AS (
      SELECT t.line, first_value(t.line) OVER (PARTITION BY t.key, c.name ORDER BY t.line) AS first_line
      FROM staged_ratings AS t
      JOIN (SELECT id, min(name) AS name FROM staged_characteristics GROUP BY id) AS c ON c.id = t.characteristic_id
    )
    DELETE FROM staged_ratings AS t USING repeated
    WHERE t.line = repeated.line AND repeated.line <> repeated.first_line
    RETURNING t.line, 'the review rates the same in line ' || first_line AS reason`,
  );
}

async function refuse(
  client: Client,
  file: string,
  report: RefusalSink,
  statement: string,
): Promise<void> {
  const { rows } = await client.query<{ line: number; reason: string }>(statement);
  for (const { line, reason } of rows.sort((a, b) => a.line - b.line))
    report.refuse(file, line, reason);
}
