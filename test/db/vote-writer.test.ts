import { randomBytes } from 'node:crypto';
import { createPools, type Pools } from '../../src/platform/db/pools';
import { createLogger } from '../../src/platform/telemetry/logger';
import type { VoteCommand } from '../../src/votes/vote-commands';
import { createVoteWriter } from '../../src/votes/vote-writer';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** Without the service, because a test could not choose which votes share a batch, and in what order. */
describe('a batch of votes', () => {
  let database: TestDatabase;
  let pools: Pools;
  let write: (commands: VoteCommand[]) => Promise<({ helpfulCount: number } | null)[]>;
  let reviewId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = createPools({
      databaseUrl: database.url,
      replicaUrls: [],
      readConnections: 1,
      writeConnections: 1,
      instance: 'vote-test',
      logger: createLogger('fatal', 'vote-test'),
    });
    write = createVoteWriter(pools.writes);
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });
  beforeEach(async () => {
    const { rows } = await pools.writes.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, payload) VALUES ('1', now(), 'approved', 5, '{}')
       RETURNING review_id`,
    );
    reviewId = rows[0].review_id;
  });

  const network = randomBytes(16);
  const newVoter = (of: Buffer | null = network) => ({ id: randomBytes(16), network: of });
  const vote = (voter: VoteCommand['voter'], helpful: boolean | null = true): VoteCommand => ({
    productId: '1',
    reviewId,
    voter,
    helpful,
  });
  const counts = async (commands: VoteCommand[]) =>
    (await write(commands)).map((outcome) => outcome!.helpfulCount);
  const stored = async () => {
    const { rows } = await pools.writes.query(
      `SELECT count(v)::int AS votes, max(helpful_count) AS counted
       FROM reviews LEFT JOIN review_votes AS v USING (review_id) WHERE review_id = $1`,
      [reviewId],
    );
    return rows[0];
  };

  it('counts five voters of one network, and any number without a network', async () => {
    const [some, others] = [
      Array.from({ length: 7 }, () => newVoter()),
      [newVoter(null), newVoter(null)],
    ];
    expect(await counts([...some, ...others].map((voter) => vote(voter)))).toEqual([
      ...[1, 2, 3, 4, 5, 5, 5],
      ...[6, 7],
    ]);
    expect(await stored()).toEqual({ votes: 7, counted: 7 });
  });

  it('gives the place of a withdrawn vote to the next voter, and never two places to one voter', async () => {
    const [first, ...rest] = Array.from({ length: 5 }, () => newVoter());
    await write([first!, ...rest].map((voter) => vote(voter)));
    const late = newVoter();
    const commands = [
      vote(late),
      vote(first!, null),
      vote(late),
      vote(first!),
      vote(late, null),
      vote(first!),
    ];
    expect(await counts(commands)).toEqual([5, 4, 5, 5, 4, 5]);
    expect(await stored()).toEqual({ votes: 5, counted: 5 });
  });

  it('keeps a changed vote in its first network, and puts a new one into its own', async () => {
    const elsewhere = randomBytes(16);
    const voters = Array.from({ length: 5 }, () => newVoter());
    await write(voters.map((voter) => vote(voter)));
    const [moved] = voters;
    await write([vote({ ...moved!, network: elsewhere }, false)]);
    expect(await counts([vote(newVoter())])).toEqual([4]);
    await write([
      vote({ ...moved!, network: elsewhere }, null),
      vote({ ...moved!, network: elsewhere }),
    ]);
    expect(await counts([vote(newVoter()), vote(newVoter())])).toEqual([6, 6]);
  });

  it('bounds the networks of each review separately', async () => {
    const here = Array.from({ length: 5 }, () => newVoter());
    await write(here.map((voter) => vote(voter)));
    const { rows } = await pools.writes.query(
      `INSERT INTO reviews (product_id, created_at, state, rating, payload) VALUES ('1', now(), 'approved', 5, '{}')
       RETURNING review_id`,
    );
    const other = { ...vote(newVoter()), reviewId: rows[0].review_id };
    expect(await counts([other, vote(newVoter())])).toEqual([1, 5]);
  });
});
