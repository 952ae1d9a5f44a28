import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface UnevenLoad {
  urls: readonly string[];
  /** The client's address, as the proxy would report it. */
  address: string;
  requestsPerSecond: number;
  seconds: number;
  /** Each instance's share of the requests; the shares add up to 1. */
  parts: readonly number[];
  /** Every so many seconds, the shares rotate by one instance. */
  turnSeconds: number;
}

export interface Answer {
  /** 0: no answer. */
  status: number;
  /** Milliseconds from the start of the load. */
  atMs: number;
  tookMs: number;
}

/**
 * After a pause, the sender sends the missed requests of at most this time, and drops earlier ones.
 * Sent all at once, they would be another load than the one asked for.
 */
const CATCH_UP_MAX_MS = 20;
const SOCKETS_MAX = 128;
const PAUSE_MS = 2;

/**
 * Sends one client's requests, evenly in time and unevenly over the instances. Returns the answers
 * in order of time.
 */
export async function sendUnevenly(load: UnevenLoad): Promise<Answer[]> {
  const { urls, requestsPerSecond, seconds, parts, turnSeconds } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const answers: Promise<Answer>[] = [];
  const start = performance.now();
  let due = 0;
  for (let before = start; before < start + seconds * 1_000; ) {
    await sleep(PAUSE_MS);
    const now = performance.now();
    due += (Math.min(now - before, CATCH_UP_MAX_MS) / 1_000) * requestsPerSecond;
    before = now;
    const turn = Math.floor((now - start) / 1_000 / turnSeconds);
    for (; due >= 1; due -= 1) {
      const url = urls[(pick(parts) + turn) % urls.length]!;
      answers.push(ask(`${url}/v1/products/1/summary`, load.address, agent, start));
    }
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all.sort((a, b) => a.atMs - b.atMs);
}

function ask(url: string, address: string, agent: Agent, start: number): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve) => {
    const answered = (status: number) => {
      const now = performance.now();
      resolve({ status, atMs: now - start, tookMs: now - began });
    };
    httpRequest(url, { agent, headers: { 'X-Forwarded-For': address } }, (response) => {
      response
        .resume()
        .on('end', () => answered(response.statusCode!))
        .on('error', () => answered(0));
    })
      .on('error', () => answered(0))
      .end();
  });
}

function pick(parts: readonly number[]): number {
  let left = Math.random();
  for (const [index, part] of parts.entries()) {
    left -= part;
    if (left < 0) return index;
  }
  return parts.length - 1;
}
