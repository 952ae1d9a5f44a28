import { PerformanceObserver } from 'node:perf_hooks';
import { CONTENDER_NAMES, type ContenderName, createContender } from './throttle-contenders';

/**
 * Measures one limiter in its own process, so that no other limiter's heap or compiled code
 * interferes, and prints one line of JSON. Times are processor time, because other work may share
 * the machine.
 *
 *   node --expose-gc decisions-worker.js NAME [flood]
 *
 * `flood` also sends ten million addresses. Use it only for limiters with bounded memory.
 */
export interface WorkerFigures {
  name: string;
  warmNs: number;
  warmNsWithoutClock: number;
  randomNs: number;
  /** Garbage collections during two million decisions about one address. */
  collections: number;
  /** Bytes of garbage per decision. */
  bytesADecision: number;
  bytesAClient: number;
  heldOfMillion: number | null;
  flood: Flood | null;
}

/** Memory of a limiter that gets ten times as many clients as it was measured with. */
interface Flood {
  /** Resident megabytes when the table is full, and after ten million different addresses. */
  fullMb: number;
  tenMillionMb: number;
}

const MILLION = 1_000_000;
const SLOTS = 2_000_000;
/** This many million addresses fill every set of a table of two million. */
const FULL_MILLIONS = 4;
const FLOOD_MILLIONS = 10;
/**
 * Few enough that no collection happens meanwhile. Asynchronous limiters allocate many promises;
 * the measuring loop itself allocates little.
 */
const COUNTED_DECISIONS = { async: 10_000, sync: 200_000 };
const WARM_KEYS = 128;
const TEXTS_AT_ONCE = 1_000;
const ADDRESS_BYTES = '100.100.100.100'.length;
const ZERO = '0'.charCodeAt(0);
const DOT = '.'.charCodeAt(0);

async function main(): Promise<void> {
  const name = process.argv[2] as ContenderName;
  if (!CONTENDER_NAMES.includes(name))
    throw new Error(`NAME: one of ${CONTENDER_NAMES.join(', ')}`);
  const contender = createContender(name, SLOTS);
  const few = createAddresses(WARM_KEYS);
  await decideAll(contender, few, 300_000);
  const warmNs = await timedDecisions(contender, few, 2 * MILLION);
  const collections = await countCollections(() => decideOne(contender, few.make(7), 2 * MILLION));
  const counted = COUNTED_DECISIONS[contender.isAsync ? 'async' : 'sync'];
  const bytes = await countBytes(() => decideOne(contender, few.make(7), counted));
  const clockNs = await timed(async () => readClock(2 * MILLION), 2 * MILLION);

  const many = createAddresses(MILLION);
  const before = await residentBytes();
  const filled = createContender(name, SLOTS);
  await decideAll(filled, many, MILLION);
  const bytesAClient = ((await residentBytes()) - before) / MILLION;
  const heldOfMillion = filled.held?.() ?? null;
  const randomNs = await timedDecisions(filled, many, 2 * MILLION);

  const figures: WorkerFigures = {
    name,
    warmNs,
    warmNsWithoutClock: warmNs - clockNs,
    randomNs,
    collections,
    bytesADecision: bytes / counted,
    bytesAClient,
    heldOfMillion,
    flood: process.argv[3] === 'flood' ? await measureFlood(name) : null,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function measureFlood(name: ContenderName): Promise<Flood> {
  const addresses = createAddresses(MILLION);
  const before = await residentBytes();
  const contender = createContender(name, SLOTS);
  const grownMb = async () => ((await residentBytes()) - before) / 1e6;
  let fullMb = 0;
  for (let round = 1; round <= FLOOD_MILLIONS; round += 1) {
    addresses.renew(round * MILLION);
    await decideAll(contender, addresses, MILLION);
    if (round === FULL_MILLIONS) fullMb = await grownMb();
  }
  return { fullMb, tenMillionMb: await grownMb() };
}

type Contender = ReturnType<typeof createContender>;
type Addresses = ReturnType<typeof createAddresses>;

async function decideAll(
  contender: Contender,
  { make, order }: Addresses,
  times: number,
): Promise<void> {
  if (contender.isAsync)
    for (let i = 0; i < times; i += 1) await contender.decide(make(order[i % order.length]!));
  else for (let i = 0; i < times; i += 1) contender.decide(make(order[i % order.length]!));
}

async function decideOne(contender: Contender, address: string, times: number): Promise<void> {
  if (contender.isAsync) for (let i = 0; i < times; i += 1) await contender.decide(address);
  else for (let i = 0; i < times; i += 1) contender.decide(address);
}

/**
 * Returns nanoseconds of processor time per decision. The address texts are made outside the
 * measured time, a thousand at a time: in production they arrive with the requests and are new as
 * well.
 */
async function timedDecisions(
  contender: Contender,
  { make, order }: Addresses,
  times: number,
): Promise<number> {
  let micros = 0;
  for (let first = 0; first < times; first += TEXTS_AT_ONCE) {
    const texts = Array.from({ length: TEXTS_AT_ONCE }, (_, i) =>
      make(order[(first + i) % order.length]!),
    );
    const before = process.cpuUsage();
    if (contender.isAsync) for (const text of texts) await contender.decide(text);
    else for (const text of texts) contender.decide(text);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return (micros * 1_000) / times;
}

/** Reads the clock, to measure what that costs: every limiter does it once per decision. */
function readClock(times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i += 1) sum += performance.now();
  return sum;
}

/** Returns nanoseconds of processor time per item. */
async function timed(work: () => Promise<unknown>, times: number): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / times;
}

async function countCollections(work: () => Promise<unknown>): Promise<number> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  await work();
  await new Promise((resolve) => setTimeout(resolve, 20)); // the entries arrive in a later turn of the event loop
  observer.disconnect();
  return collections;
}

async function countBytes(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await work();
  return process.memoryUsage().heapUsed - before;
}

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage.rss();
}

/**
 * Makes addresses as requests bring them: a new string each time, in an order that no cache can
 * predict.
 */
function createAddresses(count: number) {
  const bytes = Buffer.alloc(count * ADDRESS_BYTES);
  const order = new Int32Array(count);
  for (let i = 0; i < count; i += 1) order[i] = (i * 48_271) % count; // a prime, so each index occurs once

  function renew(first: number): void {
    for (let i = 0; i < count; i += 1) writeAddress(bytes, i * ADDRESS_BYTES, first + i);
  }
  renew(0);
  const make = (index: number) =>
    bytes.toString('latin1', index * ADDRESS_BYTES, index * ADDRESS_BYTES + ADDRESS_BYTES);
  return { make, order, renew };
}

/**
 * Writes the address of an index. All have the same length and every index has another one: the
 * scrambled index in base 156, with octets from 100 to 255.
 */
function writeAddress(bytes: Buffer, start: number, index: number): void {
  let left = (index * 48_271) % 156 ** 4;
  for (let at = start; ; ) {
    const octet = 100 + (left % 156);
    left = Math.floor(left / 156);
    bytes[at++] = ZERO + Math.floor(octet / 100);
    bytes[at++] = ZERO + (Math.floor(octet / 10) % 10);
    bytes[at++] = ZERO + (octet % 10);
    if (at === start + ADDRESS_BYTES) break;
    bytes[at++] = DOT;
  }
}

void main();
