import express, { type Request } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Pool } from 'pg';
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { SWAP_TIMEOUT_MS } from '../../src/throttle/share/spending-exchange';
import { PEER_TABLE } from './breakable-store';

/**
 * One of six instances that enforce a limit of LIMIT per second with another library, configured as
 * its documentation recommends:
 *
 * - `peer-server.js rate-limiter-flexible` asks the store (REDIS_URL, else DATABASE_URL) on every
 *   request. While the store fails, its own sixth of the limit in memory applies, as the library's
 *   "insurance".
 * - `peer-server.js express-rate-limit` keeps its sixth of the limit in memory.
 *
 * It answers with an empty object, so compare its times only with each other, not with Starling's.
 */
const INSTANCES = 6;
const CONNECTIONS = 10;
const limit = Number(process.env.LIMIT);
const ownPart = Math.ceil(limit / INSTANCES);

async function main(): Promise<void> {
  const app = express();
  app.get('/readyz', (_request, response) => void response.json({}));
  if (process.argv[2] === 'express-rate-limit') {
    app.use(
      rateLimit({
        windowMs: 1_000,
        limit: ownPart,
        keyGenerator: addressOf,
        validate: false,
        standardHeaders: true,
      }),
    );
  } else {
    const limiter = await createFlexible();
    app.use(async (request, response, next) => {
      try {
        await limiter.consume(addressOf(request));
        next();
      } catch (refusal) {
        response.status(refusal instanceof RateLimiterRes ? 429 : 500).end();
      }
    });
  }
  app.use((_request, response) => void response.json({}));
  const server = app.listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => {
    server.closeAllConnections();
    process.exit(0);
  });
}

function addressOf(request: Request): string {
  return request.get('x-forwarded-for')!;
}

/** Creates the limiter. Its store gets the same timeout as Starling's. */
async function createFlexible(): Promise<RateLimiterRedis | RateLimiterPostgres> {
  const insuranceLimiter = new RateLimiterMemory({ points: ownPart, duration: 1 });
  const options = { points: limit, duration: 1, insuranceLimiter };
  const url = process.env.REDIS_URL;
  if (url) {
    const storeClient = createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: SWAP_TIMEOUT_MS, reconnectStrategy: 500 },
    });
    storeClient.on('error', () => {}); // the insurance takes over
    await storeClient.connect();
    return new RateLimiterRedis({ ...options, storeClient, useRedisPackage: true });
  }
  const storeClient = new Pool({
    connectionString: process.env.DATABASE_URL!,
    max: CONNECTIONS,
    connectionTimeoutMillis: SWAP_TIMEOUT_MS,
    statement_timeout: SWAP_TIMEOUT_MS,
    query_timeout: SWAP_TIMEOUT_MS,
  });
  storeClient.on('error', () => {});
  // The benchmark has created the table already: six processes that create it at once would
  // conflict.
  return new RateLimiterPostgres({
    ...options,
    storeClient,
    tableName: PEER_TABLE,
    tableCreated: true,
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
