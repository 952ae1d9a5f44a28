import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BenchRequest, Pace, SendLoad } from './load-types';

export function hasWrk(): boolean {
  try {
    execFileSync('wrk', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as { status?: number }).status === 1; // wrk's answer to --version
  }
}

/** wrk with one thread and a script in Lua, which reads the requests from a file. */
export const sendWithWrk: SendLoad = async (url, requests, pace) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'starling-wrk-'));
  const script = path.join(folder, 'requests.lua');
  const file = path.join(folder, 'requests.txt');
  const { forms, lines } = splitRequests(requests);
  writeFileSync(file, lines.join('\n'));
  writeFileSync(script, wrkScript(file, forms, pace));
  const options = ['-t', '1', '-c', `${pace.connections}`, '-d', `${pace.seconds}s`];
  try {
    const { stdout } = await promisify(execFile)('wrk', [
      ...options,
      ...['--timeout', '10s', '-s', script, url],
    ]);
    const [sent = 0, micros = 1, errors = 0, p50Ms = 0, p99Ms = 0] =
      /RESULT (.*)/.exec(stdout)?.[1]?.split(' ').map(Number) ?? [];
    const result = {
      requests: sent,
      errors,
      requestsPerSecond: sent / (micros / 1e6),
      p50Ms,
      p99Ms,
    };
    const counts = /SECONDS (.*)/.exec(stdout)?.[1]?.split(' ').map(Number);
    return counts ? { ...result, perSecond: fullSeconds(counts, pace.seconds) } : result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Without the last second, which is not full. Seconds without any answer at the end have no count. */
function fullSeconds(counts: readonly number[], seconds: number): number[] {
  return Array.from({ length: seconds - 1 }, (_, second) => counts[second] ?? 0);
}

/**
 * Hundreds of thousands of requests differ in their path only. So method, headers and body are a
 * form in the script, and a line has the form's number and the path.
 */
function splitRequests(requests: readonly BenchRequest[]): { forms: string[]; lines: string[] } {
  const numbers = new Map<string, number>();
  let previous: BenchRequest | undefined;
  let number = 0;
  const lines = requests.map((request) => {
    if (!previous || !hasSameForm(request, previous)) {
      const form = formOf(request);
      number = numbers.get(form) ?? numbers.size + 1;
      numbers.set(form, number);
    }
    previous = request;
    return `${number} ${request.path}`;
  });
  return { forms: [...numbers.keys()], lines };
}

/** Spares most requests the writing of their form, which takes longer than all the rest. */
function hasSameForm(one: BenchRequest, other: BenchRequest): boolean {
  return one.headers === other.headers && one.body === other.body && one.method === other.method;
}

/** A table in Lua. */
function formOf({ method, headers = {}, body }: BenchRequest): string {
  const pairs = Object.entries(headers).map(
    ([name, value]) => `[${JSON.stringify(name)}]=${JSON.stringify(value)}`,
  );
  return `{${JSON.stringify(method)},{${pairs.join(',')}},${body ? JSON.stringify(body) : 'nil'}}`;
}

/**
 * `once`: when the last request is sent, the script stops its thread, and ends wrk as Ctrl-C does,
 * so that wrk's rates are of the time that it took. Up to one request per connection is sent again
 * meanwhile. `countsSeconds`: wrk calls `response` only if it is there, and then takes more time
 * per answer.
 */
function wrkScript(file: string, forms: readonly string[], { once, countsSeconds }: Pace): string {
  return `
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } bench_time;
  int clock_gettime(int clock, bench_time *time);
  int getpid(void);
  int kill(int pid, int signal);
]]
local MONOTONIC, SIGINT = 1, 2
local forms = {
${forms.join(',\n')}
}
local clock, run = ffi.new("bench_time"), os.time()
local numbers, paths, at, sent, startedAt = {}, {}, 0, 0, nil
local threads = {}
counts = {}

local function now()
  ffi.C.clock_gettime(MONOTONIC, clock)
  return tonumber(clock.seconds) + tonumber(clock.nanoseconds) / 1e9
end

function setup(thread) table.insert(threads, thread) end

function init()
  for line in io.lines(${JSON.stringify(file)}) do
    local space = line:find(" ", 1, true)
    table.insert(numbers, tonumber(line:sub(1, space - 1)))
    table.insert(paths, line:sub(space + 1))
  end
end

function request()
  if at == #paths then
    at = 0
    ${once ? 'wrk.thread:stop(); ffi.C.kill(ffi.C.getpid(), SIGINT)' : ''}
  end
  at = at + 1
  local form = forms[numbers[at]]
  local body = form[3]
  if body then
    sent = sent + 1
    body = body:gsub("#", run .. "-" .. sent)
  end
  return wrk.format(form[1], paths[at], form[2], body)
end
${countsSeconds ? COUNT_SECONDS : ''}
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %f %f\\n", summary.requests, summary.duration,
    errors.status + errors.timeout + errors.connect + errors.read + errors.write,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
  ${countsSeconds ? 'io.write("SECONDS " .. table.concat(threads[1]:get("counts"), " ") .. "\\n")' : ''}
end`;
}

const COUNT_SECONDS = `
function response(status)
  if not startedAt then startedAt = now() end
  if status >= 400 then return end
  local second = math.floor(now() - startedAt) + 1
  while #counts < second do table.insert(counts, 0) end
  counts[second] = counts[second] + 1
end`;
