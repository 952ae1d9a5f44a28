import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

/** One request of a workload; `#` in a body becomes a number that no other request has. */
export interface BenchRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoadResult {
  requests: number;
  /** Without an answer, or with a status of 400 and above. */
  errors: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Pace {
  connections: number;
  seconds: number;
}

type SendLoad = (url: string, requests: readonly BenchRequest[], pace: Pace) => Promise<LoadResult>;

/**
 * As much as is answered: each connection sends the next of the requests when it has its answer,
 * over and over, for so many seconds. With wrk if it is here, else with autocannon.
 */
export const sendLoad: SendLoad = (url, requests, pace) =>
  (hasWrk() ? sendWithWrk : sendWithAutocannon)(url, requests, pace);

export function hasWrk(): boolean {
  try {
    execFileSync('wrk', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as { status?: number }).status === 1; // its way to answer --version
  }
}

/** Written as a table, so that wrk only formats strings. Threads start at different places. */
function wrkScript(requests: readonly BenchRequest[]): string {
  const rows = requests.map(({ method, path: target, headers = {}, body }) => {
    const pairs = Object.entries(headers).map(
      ([name, value]) => `[${JSON.stringify(name)}]=${JSON.stringify(value)}`,
    );
    return `{${JSON.stringify(method)},${JSON.stringify(target)},{${pairs.join(',')}},${body ? JSON.stringify(body) : 'nil'}}`;
  });
  return `
local rows = {
${rows.join(',\n')}
}
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
local at, sent, run = nil, 0, os.time()
function request()
  if not at then at = (id * 7919) % #rows end
  at = at % #rows + 1
  local r = rows[at]
  local body = r[4]
  if body then
    sent = sent + 1
    body = body:gsub("#", run .. "-" .. id .. "-" .. sent)
  end
  return wrk.format(r[1], r[2], r[3], body)
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %f %f\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.timeout + summary.errors.connect + summary.errors.read + summary.errors.write,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end`;
}

const sendWithWrk: SendLoad = async (url, requests, { connections, seconds }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-wrk-'));
  const script = path.join(folder, 'requests.lua');
  writeFileSync(script, wrkScript(requests));
  const options = [
    '-t',
    '1',
    '-c',
    `${connections}`,
    '-d',
    `${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
    url,
  ];
  try {
    const { stdout } = await promisify(execFile)('wrk', options);
    const [sent = 0, micros = 1, errors = 0, p50Ms = 0, p99Ms = 0] =
      /RESULT (.*)/.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
    return { requests: sent, errors, requestsPerSecond: sent / (micros / 1e6), p50Ms, p99Ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Each connection has its share of the requests: autocannon makes every request of every connection
 * ready before it begins.
 */
const sendWithAutocannon: SendLoad = async (url, requests, { connections, seconds }) => {
  let sent = 0;
  const ready = requests.map(
    ({ body, ...request }): autocannon.Request =>
      body === undefined
        ? request
        : {
            ...request,
            setupRequest: (each) => ({
              ...each,
              body: body.replaceAll('#', `${Date.now()}-${++sent}`),
            }),
          },
  );
  const shareSize = Math.ceil(ready.length / connections);
  let clients = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: ready.slice(0, 1),
    setupClient: (client) => {
      const first = (clients++ * shareSize) % ready.length;
      client.setRequests(ready.slice(first, first + shareSize));
    },
  });
  return {
    requests: result.requests.total,
    errors: result.errors + result.timeouts + result.non2xx,
    requestsPerSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
};
