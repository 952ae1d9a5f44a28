import type { Client } from 'pg';
import { UserError } from '../command/user-error';
import { count } from '../shared/figures';
import { claimFolder, defaultFolder, readManifest } from './load-folder';
import {
  beginLoad,
  findFinishedLoad,
  findLoadRecord,
  type LoadRecord,
  loadIdentity,
  planOf,
} from './load-record';
import { csvNeed, refuseFullDisk, tablesNeed } from './preflight';
import type { Display } from './progress-display';
import { GENERATOR_VERSION } from './review-generator';
import { planSeed, type SeedPlan } from './seed-plan';
import type { SeedArguments } from './seed-program';

/**
 * Finds the record of the interrupted load that this command continues, or begins a new load.
 *
 * @throws UserError when the new load may not begin; nothing has changed then
 */
export async function beginOrResume(
  args: SeedArguments,
  client: Client,
  display: Display,
): Promise<{ record: LoadRecord; plan: SeedPlan }> {
  const wanted = args.source === 'csv' ? readManifest(args.dir!) : args;
  const found = await findLoadRecord(client);
  // A load that an earlier version began has no offset, and its files hold other ids.
  if (found?.idOffset !== undefined && isSameLoad(found, { ...wanted, mode: args.mode })) {
    display.say('Continuing the interrupted load');
    return { record: found, plan: planOf(found) };
  }
  const holdsReviews = (await client.query('SELECT 1 FROM reviews LIMIT 1')).rows.length > 0;
  if (holdsReviews && args.mode === 'empty') {
    const finished = await findFinishedLoad(client);
    if (!finished || !isSameLoad(finished, { ...wanted, mode: args.mode }))
      throw new UserError(
        'The database already holds reviews; add others with --append or replace them with --replace',
      );
    display.say('These reviews are already loaded');
    return { record: finished, plan: planOf(finished) };
  }
  const append = args.mode === 'append' && holdsReviews;
  const plan = planSeed({
    ...wanted,
    ...(append && { firstProduct: await findFreeProduct(client) }),
  });
  const mode = args.mode === 'append' && !append ? 'empty' : args.mode; // an empty database has nothing to append to
  await refuseFullDisks(args, client, plan);
  if (args.source === 'generate') claimFolder(args.dir ?? defaultFolder(plan), plan);
  if (found) display.say(`Dropping what an interrupted load of ${found.reviews} reviews left`);
  const record = await beginLoad(client, { ...loadIdentity(plan), mode, phase: 'loading' });
  display.say(
    `${count(plan.reviews)} reviews of ${count(plan.lastProduct - plan.firstProduct + 1)} products, ` +
      `${plan.segments.length} segments, ${args.workers} workers`,
  );
  return { record, plan };
}

function isSameLoad(
  found: LoadRecord,
  wanted: Pick<LoadRecord, 'seed' | 'reviews' | 'segmentRows' | 'mode'>,
) {
  const sameMode =
    found.mode === wanted.mode || (found.mode === 'empty' && wanted.mode === 'append');
  return (
    sameMode &&
    found.generatorVersion === GENERATOR_VERSION &&
    found.seed === wanted.seed &&
    found.reviews === wanted.reviews &&
    found.segmentRows === wanted.segmentRows
  );
}

/**
 * The first free product number, from 2. It looks at reviews too, because a product without
 * approved reviews has no summary.
 */
async function findFreeProduct(client: Client): Promise<number> {
  const { rows } = await client.query<{ last_product: string }>(
    `SELECT coalesce(max(product_id::bigint), 0) AS last_product
     FROM product_summaries WHERE product_id ~ '^[1-9][0-9]{0,14}$'`,
  );
  let firstProduct = Number(rows[0]!.last_product) + 1;
  const isTaken = async (product: number) =>
    (await client.query('SELECT 1 FROM reviews WHERE product_id = $1 LIMIT 1', [`${product}`])).rows
      .length > 0;
  while (await isTaken(firstProduct)) firstProduct += 1;
  return Math.max(2, firstProduct);
}

async function refuseFullDisks(args: SeedArguments, client: Client, plan: SeedPlan): Promise<void> {
  const needs = [await tablesNeed(client, plan.reviews)];
  if (args.source === 'generate')
    needs.push(csvNeed(args.dir ?? defaultFolder(plan), plan, args.workers, args.keepCsv));
  refuseFullDisk(needs.filter((need) => need !== undefined));
}
