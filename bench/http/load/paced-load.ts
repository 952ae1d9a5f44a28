import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchRequest, LoadResult } from './load-types';

const SOCKETS_MAX = 512;
const TICK_MS = 1;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Sends requests at a constant rate. It sends each when it is due, whether or not those before it
 * are answered: shoppers do not wait for each other. A latency counts from the moment when the
 * request was due. So a second without an answer shows in all requests that were due in it. A load
 * that waits for answers sends one request in such a second and hides it ("coordinated omission").
 * autocannon's own rates are no help: they come as a burst at the start of each second.
 */
export async function sendPaced(
  url: string,
  requests: readonly BenchRequest[],
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const run = Date.now();
  const startedAt = performance.now();
  const count = Math.round(perSecond * seconds);
  const latenciesMs: number[] = [];
  let errors = 0;
  const underWay: Promise<void>[] = [];
  for (let sent = 0; sent < count; ) {
    const dueCount = Math.min(
      count,
      Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1,
    );
    for (; sent < dueCount; sent += 1) {
      const dueAt = startedAt + (sent * 1_000) / perSecond;
      const answered = answer(url, agent, requests[sent % requests.length]!, `${run}-${sent}`);
      underWay.push(
        answered.then((isGood) => {
          latenciesMs.push(performance.now() - dueAt);
          if (!isGood) errors += 1;
        }),
      );
    }
    await sleep(TICK_MS);
  }
  await Promise.all(underWay);
  const elapsedSeconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => latenciesMs[Math.ceil(share * count) - 1] ?? 0;
  return {
    requests: count,
    errors,
    requestsPerSecond: count / elapsedSeconds,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  };
}

/** True if it got a whole answer with a status below 400. */
function answer(
  url: string,
  agent: Agent,
  request: BenchRequest,
  unique: string,
): Promise<boolean> {
  const { method, path, headers = {}, body } = request;
  return new Promise((resolve) => {
    const sent = send(
      `${url}${path}`,
      { agent, method, headers, timeout: ANSWER_TIMEOUT_MS },
      (response) => {
        response.on('end', () => resolve(response.statusCode! < 400));
        response.on('close', () => resolve(false)); // the connection broke; after `end` this changes nothing
        response.resume();
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(false));
    sent.end(body?.replaceAll('#', unique));
  });
}
