import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../platform/telemetry/logger';
import { type ReportStore, SWAP_TIMEOUT_MS } from './spending-exchange';
import { MEMBER_TTL_MS } from './spending-report';

/** One slot, so that a cluster keeps both together. */
const KEYS = ['{starling-throttle}:reports', '{starling-throttle}:members'];
const RECONNECT_MS = 500;

/**
 * Leaves the report, forgets members that have been silent, and answers with the others: member,
 * age in milliseconds, report, and so on. By the server's clock. Whatever is left when all are gone
 * expires after a minute.
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
 * The reports in Valkey or Redis, for stores that have one or run more instances than a table can
 * serve: one script per swap, one connection. While it is away a swap fails at once; the client
 * connects again by itself.
 */
export function createValkeyExchange(url: string, logger: Logger): ReportStore {
  /** The client's modules are loaded here, not in every instance that has no use for them. */
  async function open() {
    const { createClient } = await import('redis');
    const client = createClient({
      url,
      disableOfflineQueue: true,
      socket: { connectTimeout: SWAP_TIMEOUT_MS, reconnectStrategy: RECONNECT_MS },
    });
    client.on('error', (error) => logger.debug({ err: error }, 'throttle exchange connection'));
    const connected = client.connect();
    connected.catch(() => {}); // every swap says so
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
    swap: async (member, report) => inTime(swap(await opened, member, report)),
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
 * A server that does not answer would hold the exchange up: the answer that comes too late is
 * dropped.
 */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const tooLate = sleep(SWAP_TIMEOUT_MS, undefined, { signal: deadline.signal, ref: false }).then(
    () => {
      throw new Error(`Valkey did not answer within ${SWAP_TIMEOUT_MS} ms`);
    },
  );
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    deadline.abort();
    tooLate.catch(() => {}); // taken back
    work.catch(() => {}); // said already
  }
}
