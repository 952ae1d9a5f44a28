import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import { buildApp } from './app';
import { isLegacyPath } from './atelier/atelier-paths';
import { createAtelierRouter } from './atelier/atelier-routes';
import { createCharacteristicVocabulary } from './characteristics/characteristic-vocabulary';
import { createClientKeys } from './clients/client-key';
import { createClientMiddleware } from './clients/client-middleware';
import { createClientAuthenticator } from './clients/client-service';
import { createWriteQueues, startKeyExpiry } from './compose-queues';
import { createReads } from './compose-reads';
import { createTelemetry } from './compose-telemetry';
import { startThrottle } from './compose-throttle';
import { createVelocity } from './compose-velocity';
import { createDocsRouter } from './docs/docs-routes';
import { createHomeRouter } from './docs/home-routes';
import { createModerationRouter } from './moderation/moderation-routes';
import { createModerationService } from './moderation/moderation-service';
import { createSubmissionModeration } from './moderation/submission-moderation';
import { buildOpenApiDocument } from './openapi';
import type { Config } from './platform/config';
import { createBatchMetrics } from './platform/db/batch-metrics';
import { commitMetrics } from './platform/db/group-commit-metrics';
import { poolMetrics } from './platform/db/pool-metrics';
import { createPools, type Pools } from './platform/db/pools';
import { findSecret } from './platform/db/secret-repository';
import { createActorOf } from './platform/http/actor';
import { createActorTokens } from './platform/http/actor-token';
import { createClientAddress } from './platform/http/client-address';
import { createHealthRouter } from './platform/http/health-routes';
import { createAccessLog } from './platform/http/request-context';
import { createOriginOf } from './platform/http/request-origin';
import { createVerificationRouter } from './platform/http/verification-routes';
import { cacheMetrics } from './platform/telemetry/cache-metrics';
import type { Logger } from './platform/telemetry/logger';
import type { MetricSource } from './platform/telemetry/metrics';
import { createMetricsRouter } from './platform/telemetry/metrics-routes';
import type { NewRelicAgent } from './platform/telemetry/new-relic-agent';
import { createPrivacyRouter } from './privacy/privacy-routes';
import { createPrivacyService } from './privacy/privacy-service';
import { createCursorCodec } from './reviews/review-cursor';
import { findProductOfReview } from './reviews/review-repository';
import { createReviewRouter } from './reviews/review-routes';
import { createSegmentMetrics } from './reviews/segment-metrics';
import { findSegmentFigures } from './reviews/segment-repository';
import { createSubmissionService } from './reviews/submission-service';
import { createDemoShopRouter } from './storefront/demo/shop-routes';
import { createWidgetRouter } from './storefront/widget-routes';
import { createWidgetService } from './storefront/widget-service';
import { createSummaryRouter } from './summaries/summary-routes';
import { throttleMetrics } from './throttle/throttle-metrics';
import { createActorRouter } from './votes/actor-routes';
import { createVoteRouter } from './votes/vote-routes';

/** About 350 fragments of ten reviews. */
const WIDGETS_BYTES_MAX = 10_000_000;

export interface Service {
  app: Express;
  /** Answers requests: the quotas first, then the app. */
  listener: RequestListener;
  /** From now on `/readyz` reports that the instance is not ready. */
  startDraining(): void;
  /** Closes what `compose` opened, last opened first. */
  close(): Promise<void>;
}

/**
 * The composition root: config → pools → repositories → services → routers. The database must be
 * migrated.
 *
 * @throws when the database cannot be reached. Everything is closed then, and the caller may try
 * again.
 */
export async function compose(
  config: Config,
  logger: Logger,
  newRelic: NewRelicAgent | null = null,
  logMetrics: MetricSource = () => [],
): Promise<Service> {
  const pools = createPools({
    databaseUrl: config.DATABASE_URL,
    replicaUrls: config.DATABASE_REPLICA_URLS,
    readConnections: config.READ_CONNECTIONS,
    writeConnections: config.WRITE_CONNECTIONS,
    instance: config.INSTANCE_NAME,
    logger,
  });
  const started: Closable[] = [pools];
  try {
    await pools.connect();
    return await composeOver(pools, started, config, logger, newRelic, logMetrics);
  } catch (error) {
    for (const each of started.reverse()) await each.close();
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}

/** @param started gets what must be closed if composing fails, in the order of starting */
async function composeOver(
  pools: Pools,
  started: Closable[],
  config: Config,
  logger: Logger,
  newRelic: NewRelicAgent | null,
  logMetrics: MetricSource,
): Promise<Service> {
  const { writes } = pools;
  const secretOf = (name: string) => findSecret(pools.reads, name);

  // Clients and origins of requests
  const authenticator = createClientAuthenticator({
    reads: pools.reads,
    keys: createClientKeys(await secretOf('client-keys')),
    now: () => performance.now(),
  });
  const clients = createClientMiddleware(authenticator, isLegacyPath);
  const actorTokens = createActorTokens(await secretOf('actor-tokens'), Date.now);
  const actorOf = createActorOf(await secretOf('actors'), actorTokens);
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const originOf = createOriginOf(await secretOf('velocity'), addressOf);

  // Reads and writes
  const batches = createBatchMetrics();
  const cursors = createCursorCodec(await secretOf('cursors'));
  const { reviews, summaries, dropProducts, cacheStats } = createReads({
    pools,
    cursors,
    batches,
    logger,
  });
  const { queues, drain: drainQueues } = createWriteQueues({
    writes,
    reportersToHide: config.REPORTERS_TO_HIDE,
    dropProducts,
  });
  const vocabulary = createCharacteristicVocabulary(pools.reads, () => performance.now());
  const velocity = await createVelocity({
    secret: await secretOf('velocity'),
    database: pools.derivedWrites,
    instance: config.INSTANCE_NAME,
    logger,
  });
  started.push(velocity);
  const submissions = createSubmissionService({
    queue: queues.reviews,
    characteristics: vocabulary.current,
    moderate: createSubmissionModeration(config.MODERATION, velocity),
    now: () => new Date(),
  });
  const widgets = createWidgetService({
    readPage: reviews.readPage,
    readSummary: summaries.readSummary,
    characteristics: vocabulary.current,
    policy: { moderation: config.MODERATION },
    bytesMax: WIDGETS_BYTES_MAX,
  });
  const moderation = createModerationService({
    reads: pools.freshReads,
    writes,
    now: () => new Date(),
    afterChange: dropProducts,
  });
  const privacy = createPrivacyService({ reads: pools.reads, writes, afterChange: dropProducts });

  // Quotas and telemetry
  const telemetry = createTelemetry(config, logger, newRelic);
  const throttle = await startThrottle(config, {
    reads: pools.reads,
    logger,
    clientOf: clients.identify,
    addressOf,
    accessLog: createAccessLog(logger, telemetry.meter),
  });
  if (throttle) started.push(throttle);
  const caches = {
    client_keys: authenticator.cacheStats,
    characteristics: vocabulary.stats,
    widgets: widgets.stats,
    ...cacheStats,
  };
  const shown = telemetry.show([
    batches.metrics,
    logMetrics,
    () => commitMetrics(queues),
    () => poolMetrics(pools.named),
    pools.replicaMetrics,
    () => (throttle ? throttleMetrics(throttle.metrics()) : []),
    velocity.metrics,
    () => cacheMetrics(caches),
    createSegmentMetrics(
      () => findSegmentFigures(pools.reads),
      () => performance.now(),
    ),
  ]);

  // HTTP
  let draining = false;
  const routers = [
    createReviewRouter({ reviews, submissions, originOf }),
    createSummaryRouter(summaries),
    createWidgetRouter(widgets),
    createVoteRouter({ votes: queues.votes, reports: queues.reports, actorOf }),
    createAtelierRouter({
      listByOffset: reviews.listByOffset,
      findSummary: summaries.findSummary,
      characteristicIds: vocabulary.current,
      submitReview: submissions.submitReview,
      findProductOfReview: (reviewId) => findProductOfReview(pools.reads, reviewId),
      vote: queues.votes.submit,
      reportReview: queues.reports.submit,
      actorOf,
      originOf,
    }),
    createActorRouter(actorTokens),
    createModerationRouter(moderation),
    createPrivacyRouter(privacy),
    createHealthRouter({
      isDraining: () => draining,
      pingDatabase: async () => void (await pools.reads.query('SELECT 1')),
      ruleVersion: () => throttle?.ruleVersion() ?? null,
    }),
    createMetricsRouter(shown.prometheus),
    createDocsRouter(buildOpenApiDocument()),
    config.DEMO_SHOP === 'on' ? createDemoShopRouter(widgets) : createHomeRouter(),
    createVerificationRouter(config.LOADERIO_TOKEN),
  ];
  const app = buildApp({
    instance: config.INSTANCE_NAME,
    trustedProxies: config.TRUSTED_PROXIES,
    logger,
    meter: telemetry.meter,
    reportFailure: telemetry.reportFailure,
    clients,
    routers,
  });
  const stopKeyExpiry = startKeyExpiry(writes, logger);

  return {
    app,
    listener: throttle ? throttle.gate(app) : app,
    startDraining: () => {
      draining = true;
    },
    async close() {
      stopKeyExpiry();
      await drainQueues();
      await velocity.close();
      await shown.close();
      await throttle?.close();
      await pools.close();
    },
  };
}
