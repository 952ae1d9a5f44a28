import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../platform/telemetry/logger';
import { type ReportStore, SWAP_TIMEOUT_MS } from './spending-exchange';
import { MEMBER_TTL_MS } from './spending-report';

/** The braces put both keys into one hash slot, which a script in a cluster requires. */
const KEYS = ['{starling-throttle}:reports', '{starling-throttle}:members'];
const RECONNECT_MS = 500;

/**
 * Writes this member's report, deletes members that have not reported for ARGV[3] milliseconds, and
 * returns the others as a flat list of member, age in milliseconds, report. Ages are by the
 * server's clock. When all instances are gone, both keys expire after a minute.
 */
const SWAP = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3])) do
  redis.call('HDEL', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('PEXPIRE', KEYS[2], 60000)
local answer = {}
local members = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  if members[i] ~= ARGV[1] then
    table.insert(answer, members[i])
    table.insert(answer, tostring(now - members[i + 1]))
    table.insert(answer, redis.call('HGET', KEYS[1], members[i]))
  end
end
return answer`;

/**
 * Keeps the reports in Valkey or Redis, for operators who have one, or who run more instances than
 * a table can serve. It uses one connection and one script per exchange. While the server is
 * unavailable an exchange fails at once; the client reconnects by itself.
 */
export function createValkeyExchange(url: string, logger: Logger): ReportStore {
  /** Loads the client's modules here, so that instances without Valkey do not load them. */
  async function open() {
    const { createClient } = await import('redis');
    const client = createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: SWAP_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS },
    });
    client.on('error', (error) =>
      logger.debug({ err: error }, 'lost the throttle exchange connection'),
    );
    const connected = client.connect();
    connected.catch(() => {}); // every swap awaits it and rejects with its error
    return { client, connected };
  }

  const opened = open();

  async function swap(
    { client, connected }: Awaited<typeof opened>,
    member: string,
    report: string,
  ) {
    await connected;
    const options = { keys: KEYS, arguments: [member, report, `${MEMBER_TTL_MS}`] };
    return toStoredReports((await client.eval(SWAP, options)) as string[]);
  }

  return {
    name: 'valkey',
    intervalMs: 100,
    swap: async (member, report) => withTimeout(swap(await opened, member, report)),
    close: async () => {
      const { client } = await opened;
      client.destroy();
    },
  };
}

function toStoredReports(answer: string[]) {
  return Array.from({ length: answer.length / 3 }, (_, index) => {
    const [member = '', ageMs, report = ''] = answer.slice(index * 3, index * 3 + 3);
    return { member, ageMs: Number(ageMs), report };
  });
}

/**
 * Rejects after SWAP_TIMEOUT_MS, because a server that does not answer would block the exchange. A
 * later answer is dropped.
 */
async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const timeout = sleep(SWAP_TIMEOUT_MS, undefined, { signal: deadline.signal, ref: false }).then(
    () => {
      throw new Error(`Valkey did not answer within ${SWAP_TIMEOUT_MS} ms`);
    },
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    deadline.abort();
    timeout.catch(() => {}); // aborted just now
    work.catch(() => {}); // the caller already has the timeout
  }
}
