import { PerformanceObserver } from 'node:perf_hooks';
import { CONTENDER_NAMES, type ContenderName, createContender } from './throttle-contenders';

/**
 * Measures one limiter in a process of its own, so that no other's heap or compiled code is in the way, and prints one line of JSON.
 * Times are processor time, since the machine may be shared.
 *
 *   node --expose-gc throttle-worker.js NAME
 */
export interface WorkerFigures {
  name: string;
  warmNs: number;
  warmNsWithoutClock: number;
  randomNs: number;
  /** Garbage collections in ten million decisions about one address. */
  collections: number;
  bytesAClient: number;
  heldOfMillion: number | null;
  /** Resident, in MB, after ten million different keys; null: not tried. */
  tenMillionMb: number | null;
}

const MILLION = 1_000_000;
const SLOTS = 2_000_000;
const WARM_KEYS = 128;
const TEXTS_AT_ONCE = 1_000;
const ADDRESS_BYTES = '100.100.100.100'.length;

async function main(): Promise<void> {
  const name = process.argv[2] as ContenderName;
  if (!CONTENDER_NAMES.includes(name)) throw new Error(`NAME: one of ${CONTENDER_NAMES.join(', ')}`);
  const contender = createContender(name, SLOTS);
  const few = createAddresses(WARM_KEYS);
  await decideAll(contender, few, 300_000);
  const warmNs = await timedDecisions(contender, few, 2 * MILLION);
  const collections = await countCollections(() => decideOne(contender, few.make(7), 10 * MILLION));
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
    bytesAClient,
    heldOfMillion,
    tenMillionMb: name === 'starling' ? await fillWithTenMillion(name) : null,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function fillWithTenMillion(name: ContenderName): Promise<number> {
  const before = await residentBytes();
  const contender = createContender(name, SLOTS);
  const addresses = createAddresses(MILLION);
  for (let round = 0; round < 10; round += 1) {
    addresses.renew(round * MILLION);
    await decideAll(contender, addresses, MILLION);
  }
  return ((await residentBytes()) - before) / 2 ** 20;
}

type Contender = ReturnType<typeof createContender>;
type Addresses = ReturnType<typeof createAddresses>;

async function decideAll(contender: Contender, { make, order }: Addresses, times: number): Promise<void> {
  if (contender.isAsync)
    for (let i = 0; i < times; i += 1) await contender.decide(make(order[i % order.length]!));
  else for (let i = 0; i < times; i += 1) contender.decide(make(order[i % order.length]!));
}

async function decideOne(contender: Contender, address: string, times: number): Promise<void> {
  if (contender.isAsync) for (let i = 0; i < times; i += 1) await contender.decide(address);
  else for (let i = 0; i < times; i += 1) contender.decide(address);
}

/**
 * Nanoseconds of processor time each. The texts are made beforehand, a thousand at a time and not on the clock: in production they come
 * with the requests, and have just been written.
 */
async function timedDecisions(
  contender: Contender,
  { make, order }: Addresses,
  times: number,
): Promise<number> {
  let micros = 0;
  for (let first = 0; first < times; first += TEXTS_AT_ONCE) {
    const texts = Array.from({ length: TEXTS_AT_ONCE }, (_, i) => make(order[(first + i) % order.length]!));
    const before = process.cpuUsage();
    if (contender.isAsync) for (const text of texts) await contender.decide(text);
    else for (const text of texts) contender.decide(text);
    const { user, system } = process.cpuUsage(before);
    micros += user + system;
  }
  return (micros * 1_000) / times;
}

/** What reading the clock costs here: all of them do it once a decision. */
function readClock(times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i += 1) sum += performance.now();
  return sum;
}

/** Nanoseconds of processor time each. */
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
  await new Promise((resolve) => setTimeout(resolve, 20)); // entries come in a turn of their own
  observer.disconnect();
  return collections;
}

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage.rss();
}

/** Addresses as a request brings them: each time a new text, in an order that no cache can guess. */
function createAddresses(count: number) {
  const bytes = Buffer.alloc(count * ADDRESS_BYTES);
  const order = new Int32Array(count);
  for (let i = 0; i < count; i += 1) order[i] = (i * 48_271) % count; // a prime: each once

  function renew(first: number): void {
    for (let i = 0; i < count; i += 1) bytes.write(threeDigitAddress(first + i), i * ADDRESS_BYTES, 'latin1');
  }
  renew(0);
  const make = (index: number) =>
    bytes.toString('latin1', index * ADDRESS_BYTES, index * ADDRESS_BYTES + ADDRESS_BYTES);
  return { make, order, renew };
}

/** All of one length, every index another: its digits, stirred, in base 156. */
function threeDigitAddress(index: number): string {
  let left = (index * 48_271) % 156 ** 4;
  const octets: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    octets.push(100 + (left % 156));
    left = Math.floor(left / 156);
  }
  return octets.join('.');
}

void main();
