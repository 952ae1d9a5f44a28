import { rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePorts } from '../../scripts/local/free-ports';
import { instanceProcess } from '../../scripts/local/instance-process';
import { SupervisedProcess } from '../../scripts/local/supervised-process';
import { insertRules } from '../../src/throttle/rule-repository';
import { createTestDatabase } from './database';
import { until } from './poll';
import { temporaryFolder } from './temporary-folder';

export interface Fleet {
  urls: string[];
  databaseUrl: string;
  stop(): Promise<void>;
}

/** Compiled instances as processes over a database of their own, without Nginx: the test itself decides who gets a request. */
export async function startFleet(size: number, environment: Record<string, string> = {}): Promise<Fleet> {
  const closing: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const database = await createTestDatabase();
    closing.push(database.drop);
    const logs = temporaryFolder('fleet');
    closing.push(() => rmSync(logs, { recursive: true, force: true }));
    const ports = await freePorts(size);
    const processes = ports.map((port, index) => {
      const name = `instance-${index + 1}`;
      const logFile = path.join(logs, `${name}.log`);
      const spec = instanceProcess({ name, port, databaseUrl: database.url, logFile });
      const env = { ...spec.env, ...environment };
      return new SupervisedProcess({ ...spec, env }, { add() {}, remove() {} }, () => {});
    });
    closing.push(() => Promise.all(processes.map((each) => each.stop(12_000))));
    await Promise.all(processes.map((each) => each.start(60_000, new AbortController().signal)));
    return { urls: ports.map((port) => `http://127.0.0.1:${port}`), databaseUrl: database.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Puts rules in force on all instances. @returns their version, and how long it took until the last one had it */
export async function publishRules(
  fleet: Fleet,
  rules: object,
): Promise<{ version: number; tookMs: number }> {
  const sql = new Client({ connectionString: fleet.databaseUrl });
  await sql.connect();
  const startedAt = performance.now();
  const version = await insertRules(sql, rules, 'test');
  await sql.end();
  await until(`all have version ${version}`, async () => {
    const answers = await Promise.all(fleet.urls.map(async (url) => (await fetch(`${url}/readyz`)).json()));
    return answers.every((answer) => (answer as { rule_version: number }).rule_version === version);
  });
  return { version, tookMs: performance.now() - startedAt };
}

/** One policy: so many reads a second of each address, as many at once. */
export function readsPerSecond(quota: number) {
  const policy = { name: 'second', applies_to: 'read', who: 'address', quota, window_seconds: 1 };
  return { policies: [policy] };
}

/** Answers of status 200 that were given between two moments, a second. */
export function admittedPerSecond(answers: readonly Answer[], fromMs: number, toMs: number): number {
  const admitted = answers.filter(({ status, atMs }) => status === 200 && atMs > fromMs && atMs <= toMs);
  return admitted.length / ((toMs - fromMs) / 1_000);
}

export interface Answer {
  status: number;
  /** From the start of the load. */
  atMs: number;
  tookMs: number;
}

export interface UnevenLoad {
  urls: string[];
  /** As the proxy reports it. */
  address: string;
  requestsPerSecond: number;
  seconds: number;
  /** Of the requests, on each instance. */
  parts: readonly number[];
  /** How often the parts move on by one instance. */
  turnSeconds: number;
}

/** Sends one client's requests evenly in time and unevenly over the instances. Pacing is what the test is about, so it sleeps. */
export async function sendUnevenly(load: UnevenLoad): Promise<Answer[]> {
  const { urls, requestsPerSecond, seconds, parts, turnSeconds } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const answers: Promise<Answer>[] = [];
  const start = performance.now();
  const total = requestsPerSecond * seconds;
  while (answers.length < total) {
    const elapsed = performance.now() - start;
    const due = Math.min(total, (elapsed / 1_000) * requestsPerSecond);
    while (answers.length < due) {
      const turn = Math.floor(elapsed / 1_000 / turnSeconds);
      const url = urls[(pick(parts) + turn) % urls.length]!;
      answers.push(ask(`${url}/v1/products/1/summary`, load.address, agent, start));
    }
    await sleep(2);
  }
  const all = await Promise.all(answers);
  agent.destroy();
  return all;
}

function ask(url: string, address: string, agent: Agent, start: number): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    httpRequest(url, { agent, headers: { 'X-Forwarded-For': address } }, (response) => {
      response.resume().on('end', () => {
        const now = performance.now();
        resolve({ status: response.statusCode!, atMs: now - start, tookMs: now - began });
      });
    })
      .on('error', reject)
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
