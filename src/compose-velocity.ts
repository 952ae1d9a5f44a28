import { randomUUID } from 'node:crypto';
import { createRecentSubmissions } from './moderation/velocity/recent-submissions';
import { createSubmissionNames } from './moderation/velocity/submission-names';
import {
  createSubmissionVelocity,
  type SubmissionVelocity,
} from './moderation/velocity/submission-velocity';
import {
  createVelocityExchange,
  type VelocityExchange,
} from './moderation/velocity/velocity-exchange';
import { velocityMetrics } from './moderation/velocity/velocity-metrics';
import { createVelocityRepository } from './moderation/velocity/velocity-repository';
import type { TextDatabase } from './platform/db/statement';
import { schedule } from './platform/exchange-loop';
import type { Logger } from './platform/telemetry/logger';
import type { Metric } from './platform/telemetry/metrics';

interface VelocityDeps {
  /** The key of the names' hashes; the same on all instances. */
  secret: Buffer;
  /** The primary. A crash may undo the last writes. */
  database: TextDatabase;
  instance: string;
  logger: Logger;
}

/**
 * Velocity and its exchange between instances. When this resolves, the instance has heard from the
 * others.
 */
export async function createVelocity({ secret, database, instance, logger }: VelocityDeps) {
  const now = () => performance.now();
  const velocity: SubmissionVelocity = createSubmissionVelocity({
    recent: createRecentSubmissions(),
    namesOf: createSubmissionNames(secret),
    publish: (names, isUrgent) => exchange.publish(names, isUrgent),
    now,
  });
  const exchange: VelocityExchange = createVelocityExchange({
    repository: createVelocityRepository(database),
    member: `${instance} ${randomUUID()}`,
    receive: velocity.receive,
    logger,
    now,
    random: Math.random,
    schedule,
  });
  await exchange.start();

  return {
    take: velocity.take,
    metrics: (): Metric[] => velocityMetrics(velocity.metrics, exchange.state),
    close: exchange.close,
  };
}
