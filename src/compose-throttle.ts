import type { Config } from './platform/config';
import type { Pools } from './platform/db/pools';
import { findSecret } from './platform/db/secret-repository';
import { POLICY_HEADERS } from './platform/http/browser-policy';
import type { Logger } from './platform/telemetry/logger';
import { findRules } from './throttle/rules/rule-repository';
import { createPostgresExchange } from './throttle/share/postgres-exchange';
import { createValkeyExchange } from './throttle/share/valkey-exchange';
import { createThrottle, type Throttle, type ThrottleOptions } from './throttle/throttle-service';

interface ThrottleDeps extends Pick<ThrottleOptions, 'clientOf' | 'addressOf' | 'accessLog'> {
  reads: Pools['reads'];
  logger: Logger;
}

/** The quotas, which share their counts through Valkey or PostgreSQL. null: THROTTLE is off. */
export async function startThrottle(config: Config, deps: ThrottleDeps): Promise<Throttle | null> {
  const { reads, logger, ...request } = deps;
  if (config.THROTTLE === 'off') return null;
  const throttle = createThrottle({
    ...request,
    secret: await findSecret(reads, 'throttle'),
    mode: config.THROTTLE,
    addressesMax: config.THROTTLE_ADDRESSES_MAX,
    store: config.REDIS_URL
      ? createValkeyExchange(config.REDIS_URL, logger)
      : createPostgresExchange(config.DATABASE_URL, config.INSTANCE_NAME, logger),
    instance: config.INSTANCE_NAME,
    instancesAssumed: config.THROTTLE_INSTANCES,
    findRules: (known) => findRules(reads, known),
    rulesFile: config.THROTTLE_RULES_FILE,
    logger,
    answerHeaders: POLICY_HEADERS,
  });
  await throttle.start();
  return throttle;
}
