import { Client } from 'pg';
import { QUEUE_STATEMENT } from '../../src/moderation/moderation-repository';
import { READ_SESSION } from '../../src/platform/db/pools';
import type { Statement } from '../../src/platform/db/statement';
import { FIND_PAGES_STATEMENT } from '../../src/reviews/page-repository';
import { FIND_STATEMENT, LISTING_STATEMENTS } from '../../src/reviews/review-repository';
import { ORDERS, SORTS, type Sort, startOf } from '../../src/reviews/review-sort';
import { isAttached } from '../../src/reviews/segment-map';
import type { SegmentedStatement } from '../../src/reviews/segment-reads';
import { FIND_SUMMARIES_STATEMENT } from '../../src/summaries/summary-repository';
import { FIND_REPORTS_STATEMENT } from '../../src/votes/report-writer';
import { FIND_VOTES_STATEMENT } from '../../src/votes/vote-writer';
import { createTestDatabase, type TestDatabase } from '../support/database';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Loops': number;
  Plans?: PlanNode[];
}

const SEGMENT_BOUNDS = ['MINVALUE', "'2'", "'4'", "'6'", "'8'", 'MAXVALUE'];
const LISTING_INDEXES: Record<string, RegExp> = {
  relevance: /_product_id_relevance_review_id_idx/,
  created_at: /_product_id_created_at_review_id_idx/,
  rating: /_product_id_rating_review_id_idx/,
  helpful_count: /_product_id_helpful_count_review_id_idx/,
};

describe.each(['before', 'after'])('the plans of the hot statements, %s ANALYZE', (when) => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    const writer = new Client({ connectionString: database.url });
    await writer.connect();
    await fill(writer);
    if (when === 'after') await writer.query('ANALYZE');
    await writer.end();
    client = new Client({ connectionString: database.url, options: READ_SESSION });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** Five segments, a hundred products with a hundred reviews each. */
  async function fill(writer: Client): Promise<void> {
    await writer.query('DROP TABLE reviews_segment_0001');
    for (let n = 1; n < SEGMENT_BOUNDS.length; n += 1) {
      await writer.query(
        `CREATE TABLE reviews_segment_000${n} PARTITION OF reviews FOR VALUES FROM (${SEGMENT_BOUNDS[n - 1]}) TO (${SEGMENT_BOUNDS[n]})`,
      );
    }
    await writer.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, payload)
       SELECT product, now() - n * interval '1 hour', 'approved', 1 + n % 5, '{"rating":1}'
       FROM generate_series(1, 99) AS product, generate_series(1, 100) AS n ORDER BY product`,
    );
    await writer.query(
      'INSERT INTO product_summaries (product_id) SELECT DISTINCT product_id FROM reviews',
    );
    await writer.query(
      `INSERT INTO product_pages SELECT product_id, version, '{}' FROM product_summaries`,
    );
    await writer.query(
      `WITH set_aside AS (
         INSERT INTO reviews (product_id, created_at, state, rating, payload)
         VALUES ('42', now(), 'rejected', 5, '{}') RETURNING review_id
       ), other AS (
         INSERT INTO reviews (product_id, created_at, state, rating, author_email, payload)
         VALUES ('42', now(), 'approved', 5, 'known@example.com', '{}')
       )
       INSERT INTO author_claims SELECT review_id, '42', 'known@example.com' FROM set_aside`,
    );
    await writer.query(
      `INSERT INTO author_claims SELECT 1000000 + n, '42', n || '@example.com' FROM generate_series(1, 3000) AS n`,
    );
    await writer.query(
      `INSERT INTO review_votes (review_id, voter, product_id, helpful, network)
       SELECT 1, sha256(n::text::bytea), '1', true, sha256((n / 5)::text::bytea) FROM generate_series(1, 3000) AS n`,
    );
  }

  /** The plan nodes that ran when the prepared statement was executed with these literals. */
  async function executedNodes({ name, text }: Statement, literals: string[]): Promise<PlanNode[]> {
    await client.query(`PREPARE ${name} AS ${text}`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${name} (${literals.join(', ')})`,
    );
    const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
    return nodes(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Actual Loops'] > 0);
  }

  const relations = (nodes: PlanNode[]) => [
    ...new Set(nodes.map((node) => node['Relation Name']).filter(Boolean)),
  ];
  const kinds = (nodes: PlanNode[]) => new Set(nodes.map((node) => node['Node Type']));
  const WALKS = [
    'Nested Loop',
    'Function Scan',
    'Index Scan',
    'Limit',
    'Append',
    'Merge Append',
    'Result',
    'Subquery Scan',
  ];

  it.each(SORTS)(
    'a listing by %s reads one segment through the index of its order, without a sort',
    async (sort: Sort) => {
      const { key, reviewId } = startOf(sort);
      const nodes = await executedNodes(LISTING_STATEMENTS[sort], [
        `'{42}'`,
        `'{NULL}'`,
        `'{11}'`,
        `'{0}'`,
        `'{${key}}'`,
        `'{${reviewId}}'`,
        `'{62}'`,
        `'{NULL}'`,
        `'{NULL}'`,
        `'{NULL}'`,
      ]);

      expect(relations(nodes)).toEqual(['product_summaries', 'reviews_segment_0003']);
      const segment = nodes.find((node) => node['Relation Name'] === 'reviews_segment_0003')!;
      expect(segment['Index Name']).toMatch(LISTING_INDEXES[ORDERS[sort].column]!);
      for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
    },
  );

  /** The same statement for one product, sent to its segment's own table. */
  async function ofSegment<Request>(
    { name, columns, ofSegment }: SegmentedStatement<Request>,
    table: string,
  ): Promise<Statement> {
    const { rows } = await client.query<{ oid: string; attachedBy: string }>(
      `SELECT inhrelid::text AS oid, xmin::text AS "attachedBy" FROM pg_inherits WHERE inhrelid = $1::regclass`,
      [table],
    );
    const gate = isAttached({ table, ...rows[0]!, from: undefined, to: undefined });
    return { name: `${name}_of_segment`, text: ofSegment(columns.rowAs('k', gate), table) };
  }

  it.each(SORTS)(
    "a listing by %s from a segment's table reads one index of it, and the catalog by its index",
    async (sort: Sort) => {
      const { key, reviewId } = startOf(sort);
      const statement = await ofSegment(LISTING_STATEMENTS[sort], 'reviews_segment_0003');
      const nodes = await executedNodes(statement, [
        ...[`'42'`, 'NULL', '11', '0', `'${key}'`, `'${reviewId}'`, '62'],
        ...['NULL', 'NULL', 'NULL', '1'],
      ]);

      expect(relations(nodes).sort()).toEqual([
        'pg_inherits',
        'product_summaries',
        'reviews_segment_0003',
      ]);
      const segment = nodes.find((node) => node['Relation Name'] === 'reviews_segment_0003')!;
      expect(segment['Index Name']).toMatch(LISTING_INDEXES[ORDERS[sort].column]!);
      for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
    },
  );

  it("one review is read by the primary key of its segment's table", async () => {
    const statement = await ofSegment(FIND_STATEMENT, 'reviews_segment_0003');
    const nodes = await executedNodes(statement, [`'42'`, '1', 'NULL', '1']);
    expect(
      nodes.find((node) => node['Relation Name'] === 'reviews_segment_0003')!['Index Name'],
    ).toMatch(/_pkey$/);
    for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
  });

  it('one review is read by its primary key in one segment', async () => {
    const nodes = await executedNodes(FIND_STATEMENT, [`'{42}'`, `'{1}'`, `'{NULL}'`]);
    expect(relations(nodes)).toEqual(['product_summaries', 'reviews_segment_0003']);
    expect(
      nodes.find((node) => node['Relation Name'] === 'reviews_segment_0003')!['Index Name'],
    ).toMatch(/_pkey$/);
    for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
  });

  it('the moderation queue reads only the indexes of reviews that are not approved', async () => {
    const nodes = await executedNodes(QUEUE_STATEMENT, [`'pending'`, `0`, `21`]);
    const scans = nodes.filter((node) => node['Relation Name']?.startsWith('reviews_segment'));
    expect(scans).toHaveLength(5);
    for (const scan of scans) expect(scan['Index Name']).toMatch(/_state_review_id_idx/);
    for (const kind of kinds(nodes)) expect([...WALKS, 'Aggregate']).toContain(kind);
  });

  it('the other review of an e-mail is read in one segment, for a review that was set aside', async () => {
    const nodes = await executedNodes({ ...QUEUE_STATEMENT, name: 'queue_with_claims' }, [
      `'rejected'`,
      `0`,
      `21`,
    ]);
    const scans = nodes.filter((node) => node['Index Name']?.includes('author_email'));
    expect(scans.map((node) => node['Relation Name'])).toEqual(['reviews_segment_0003']);
    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toContain('author_claims_pkey');
    for (const kind of kinds(nodes)) expect([...WALKS, 'Aggregate']).toContain(kind);
  });

  it('votes are read by their primary key, and the voters of a network by its index', async () => {
    const voter = `'{"\\\\x01"}'`;
    const nodes = await executedNodes(FIND_VOTES_STATEMENT, [`'{1}'`, voter, voter]);
    expect(nodes.flatMap((node) => node['Index Name'] ?? []).sort()).toEqual([
      'review_votes_by_network',
      'review_votes_pkey',
    ]);
    for (const kind of kinds(nodes))
      expect([...WALKS, 'Index Only Scan', 'Aggregate']).toContain(kind);
  });

  it('reports are read by their primary key, and counted per review by its prefix', async () => {
    const reporter = `'{"\\\\x01"}'`;
    const nodes = await executedNodes(FIND_REPORTS_STATEMENT, [`'{1}'`, reporter, reporter]);
    for (const index of nodes.flatMap((node) => node['Index Name'] ?? []))
      expect(index).toBe('review_reports_pkey');
    for (const kind of kinds(nodes))
      expect([...WALKS, 'Index Only Scan', 'Aggregate', 'Sort']).toContain(kind);
  });

  it('first pages read two primary keys and no segment', async () => {
    const nodes = await executedNodes(FIND_PAGES_STATEMENT, [`'{42,7}'`, `'{NULL,NULL}'`]);
    expect(relations(nodes).sort()).toEqual(['product_pages', 'product_summaries']);
    for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
  });

  it('summaries read only their primary key', async () => {
    const nodes = await executedNodes(FIND_SUMMARIES_STATEMENT, [`'{42,7,99}'`]);
    expect(relations(nodes)).toEqual(['product_summaries']);
    for (const kind of kinds(nodes)) expect(WALKS).toContain(kind);
  });
});
