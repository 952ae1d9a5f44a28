import type { RequestListener } from 'node:http';
import type { Express } from 'express';
import { buildApp } from './app';
import { isLegacyPath } from './atelier/atelier-paths';
import { createAtelierRouter } from './atelier/atelier-routes';
import { createCharacteristicVocabulary } from './characteristics/characteristic-vocabulary';
import { createClientKeys } from './clients/client-key';
import { createClientMiddleware } from './clients/client-middleware';
import { createClientAuthenticator } from './clients/client-service';
import { createWriteQueues } from './compose-queues';
import { createTelemetry } from './compose-telemetry';
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
import { createReadCache } from './platform/db/read-cache';
import { findSecret } from './platform/db/secret-repository';
import { createActorOf } from './platform/http/actor';
import { createActorTokens } from './platform/http/actor-token';
import { POLICY_HEADERS } from './platform/http/browser-policy';
import { createClientAddress } from './platform/http/client-address';
import { createHealthRouter } from './platform/http/health-routes';
import { createAccessLog } from './platform/http/request-context';
import { createOriginOf } from './platform/http/request-origin';
import { createVerificationRouter } from './platform/http/verification-routes';
import { type CacheStats, cacheMetrics } from './platform/telemetry/cache-metrics';
import type { Logger } from './platform/telemetry/logger';
import type { MetricSource } from './platform/telemetry/metrics';
import { createMetricsRouter } from './platform/telemetry/metrics-routes';
import type { NewRelicAgent } from './platform/telemetry/new-relic-agent';
import { createPrivacyRouter } from './privacy/privacy-routes';
import { createPrivacyService } from './privacy/privacy-service';
import { createPageRepository } from './reviews/page-repository';
import { createCursorCodec } from './reviews/review-cursor';
import { renderReview, withoutAuthor, withResponse } from './reviews/review-payload';
import { createReviewRepository, findProductOfReview } from './reviews/review-repository';
import { createReviewRouter } from './reviews/review-routes';
import { bytesOfPage, createReviewService } from './reviews/review-service';
import { deleteOldIdempotencyKeys } from './reviews/review-writer';
import { createSegmentMetrics } from './reviews/segment-metrics';
import { findSegmentFigures } from './reviews/segment-repository';
import { createSubmissionService } from './reviews/submission-service';
import { bytesOfSummary, createSummaryRepository } from './summaries/summary-repository';
import { createSummaryRouter } from './summaries/summary-routes';
import { createSummaryService } from './summaries/summary-service';
import { changeSummaries, raiseVersions } from './summaries/summary-writer';
import { findRules } from './throttle/rules/rule-repository';
import { createPostgresExchange } from './throttle/share/postgres-exchange';
import { createValkeyExchange } from './throttle/share/valkey-exchange';
import { throttleMetrics } from './throttle/throttle-metrics';
import { createThrottle } from './throttle/throttle-service';
import { createActorRouter } from './votes/actor-routes';
import { createVoteRouter } from './votes/vote-routes';

const KEY_EXPIRY_INTERVAL_MS = 600_000;
const PAGES_BYTES_MAX = 5_000_000;
const SUMMARIES_BYTES_MAX = 1_000_000;

export interface Service {
  app: Express;
  /** What answers requests: the quotas, then the app. */
  listener: RequestListener;
  /** From now on `/readyz` says no. */
  startDraining(): void;
  /** Closes what was opened here, last opened first. */
  close(): Promise<void>;
}

/**
 * The composition root: config → pools → repositories → services → routers. The database must be
 * migrated.
 *
 * @throws when the database cannot be reached; nothing is left open, and it may be called again
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
  try {
    await pools.connect();
    return await composeOver(pools, config, logger, newRelic, logMetrics);
  } catch (error) {
    await pools.close();
    throw error;
  }
}

async function composeOver(
  pools: Pools,
  config: Config,
  logger: Logger,
  newRelic: NewRelicAgent | null,
  logMetrics: MetricSource,
): Promise<Service> {
  const authenticator = createClientAuthenticator({
    reads: pools.reads,
    keys: createClientKeys(await findSecret(pools.reads, 'client-keys')),
    now: () => performance.now(),
  });
  const clients = createClientMiddleware(authenticator, isLegacyPath);
  const cursors = createCursorCodec(await findSecret(pools.reads, 'cursors'));
  const vocabulary = createCharacteristicVocabulary(pools.reads, () => performance.now());
  const { writes } = pools;

  const pageCache = createReadCache({ bytesMax: PAGES_BYTES_MAX, bytesOf: bytesOfPage });
  const summaryCache = createReadCache({ bytesMax: SUMMARIES_BYTES_MAX, bytesOf: bytesOfSummary });
  /**
   * After every change of what shoppers see: this instance shows it from the next read on, the
   * others within the second.
   */
  function dropProducts(productIds: readonly string[]): void {
    pageCache.drop(productIds);
    summaryCache.drop(productIds);
  }
  const { queues, drain: drainQueues } = createWriteQueues({
    writes,
    reportersToHide: config.REPORTERS_TO_HIDE,
    dropProducts,
  });
  const actorTokens = createActorTokens(await findSecret(pools.reads, 'actor-tokens'), Date.now);
  const actorOf = createActorOf(await findSecret(pools.reads, 'actors'), actorTokens);
  const velocity = await createVelocity({
    secret: await findSecret(pools.reads, 'velocity'),
    database: pools.derivedWrites,
    instance: config.INSTANCE_NAME,
    logger,
  });
  const addressOf = createClientAddress(config.TRUSTED_PROXIES);
  const originOf = createOriginOf(await findSecret(pools.reads, 'velocity'), addressOf);
  const submissions = createSubmissionService({
    queue: queues.reviews,
    characteristics: vocabulary.current,
    moderate: createSubmissionModeration(config.MODERATION, velocity),
    now: () => new Date(),
  });
  const keyExpiry = setInterval(() => {
    deleteOldIdempotencyKeys(pools.writes).catch((error) =>
      logger.warn({ err: error }, 'could not expire keys'),
    );
  }, KEY_EXPIRY_INTERVAL_MS).unref();

  const telemetry = createTelemetry(config, logger, newRelic);
  const throttle =
    config.THROTTLE === 'off'
      ? null
      : createThrottle({
          secret: await findSecret(pools.reads, 'throttle'),
          mode: config.THROTTLE,
          addressesMax: config.THROTTLE_ADDRESSES_MAX,
          store: config.REDIS_URL
            ? createValkeyExchange(config.REDIS_URL, logger)
            : createPostgresExchange(config.DATABASE_URL, config.INSTANCE_NAME, logger),
          instance: config.INSTANCE_NAME,
          instancesAssumed: config.THROTTLE_INSTANCES,
          findRules: (known) => findRules(pools.reads, known),
          rulesFile: config.THROTTLE_RULES_FILE,
          logger,
          clientOf: clients.identify,
          addressOf,
          answerHeaders: POLICY_HEADERS,
          accessLog: createAccessLog(logger, telemetry.meter),
        });
  await throttle?.start();

  const batches = createBatchMetrics();
  const firstPages: CacheStats = { hits: 0, misses: 0 };
  const databases = { cached: pools.publicReads, fresh: pools.freshReads };
  const summaries = createSummaryRepository(databases, batches);
  const reviews = createReviewService({
    reviews: createReviewRepository(databases, batches),
    pages: createPageRepository(databases, pools.derivedWrites, logger, {
      batches,
      pages: firstPages,
    }),
    cursors,
    cache: pageCache,
  });

  const caches = {
    client_keys: authenticator.cacheStats,
    characteristics: vocabulary.stats,
    first_pages: firstPages,
    pages_read: pageCache.stats,
    summaries_read: summaryCache.stats,
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

  let draining = false;
  const routers = [
    createReviewRouter({ reviews, submissions, originOf }),
    createSummaryRouter(createSummaryService({ summaries, cache: summaryCache })),
    createVoteRouter({ votes: queues.votes, reports: queues.reports, actorOf }),
    createAtelierRouter({
      listByOffset: reviews.listByOffset,
      findSummary: summaries.find,
      characteristicIds: vocabulary.current,
      submitReview: submissions.submitReview,
      findProductOfReview: (reviewId) => findProductOfReview(pools.reads, reviewId),
      vote: queues.votes.submit,
      reportReview: queues.reports.submit,
      actorOf,
      originOf,
    }),
    createActorRouter(actorTokens),
    createModerationRouter(
      createModerationService({
        reads: pools.freshReads,
        writes,
        renderReview,
        withResponse,
        changeSummaries,
        raiseVersions,
        now: () => new Date(),
        afterChange: dropProducts,
      }),
    ),
    createPrivacyRouter(
      createPrivacyService({
        reads: pools.reads,
        writes,
        renderReview,
        withoutAuthor,
        changeSummaries,
        afterChange: dropProducts,
      }),
    ),
    createHealthRouter({
      isDraining: () => draining,
      pingDatabase: async () => void (await pools.reads.query('SELECT 1')),
      ruleVersion: () => throttle?.ruleVersion() ?? null,
    }),
    createMetricsRouter(shown.prometheus),
    createDocsRouter(buildOpenApiDocument()),
    createHomeRouter(),
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

  return {
    app,
    listener: throttle ? throttle.gate(app) : app,
    startDraining: () => {
      draining = true;
    },
    async close() {
      clearInterval(keyExpiry);
      await drainQueues();
      await velocity.close();
      await shown.close();
      await throttle?.close();
      await pools.close();
    },
  };
}
