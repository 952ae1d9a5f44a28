import type { Contender, HttpContender } from './contenders';
import { sendLoad } from './load';
import { type Measurement, measure } from './measurement';
import { sendPaced } from './paced-load';
import { type Result, toRow, toTable } from './report';
import { canAnswer, type Workload } from './workloads';

export interface Plan {
  /** Of a round. */
  seconds: number;
  warmUpSeconds: number;
  rounds: number;
  connections: number;
  /** The server's first process, whose processor time is PostgreSQL's. */
  postmaster: number;
}

/**
 * Contenders take turns within each round, so that a noisy minute touches all of them, and every
 * second round goes the other way round: who writes first after a checkpoint pays for the whole
 * pages that PostgreSQL then logs. Prints each workload's table.
 */
export async function measureWorkloads(
  workloads: readonly Workload[],
  contenders: readonly Contender[],
  plan: Plan,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const workload of workloads) {
    const running = contenders.filter((contender) => canAnswer(contender, workload));
    const ofWorkload = running.map(
      ({ name }): Result => ({ workload: workload.name, contender: name, rounds: [] }),
    );
    for (const contender of running)
      await takeRound(contender, workload, plan, plan.warmUpSeconds * warmUpFactor(contender));
    for (let round = 1; round <= plan.rounds; round += 1) {
      process.stderr.write(`${workload.name}: round ${round} of ${plan.rounds}\n`);
      const turns = [...running.entries()];
      for (const [index, contender] of round % 2 === 1 ? turns : turns.reverse()) {
        ofWorkload[index]!.rounds.push(await takeRound(contender, workload, plan, plan.seconds));
      }
    }
    process.stdout.write(`\n${toTable(ofWorkload.map(toRow))}\n\n`);
    results.push(...ofWorkload);
  }
  return results;
}

/**
 * Each of several instances sees a part of the requests, and V8 compiles what has run often, not
 * long.
 */
export function warmUpFactor({ instances }: Contender): number {
  return instances > 1 ? 3 : 1;
}

function takeRound(
  contender: Contender,
  { requests }: Workload,
  { connections, postmaster }: Plan,
  seconds: number,
): Promise<Measurement> {
  return measure(contender, postmaster, () => contender.send(requests, { connections, seconds }));
}

/**
 * Half of the 4,200 a second that are to be acknowledged on two cores. Not half of what was
 * measured: the same load in each run, and a server that became faster is not asked for more.
 */
const PACED_WRITES_PER_SECOND = 2_100;

/**
 * What writes at that rate are like for their senders, and what they cost readers: writes alone,
 * reads alone, reads beside those writes. The last row's processor time is a request's, of either
 * kind; everything else in it is the reads'.
 */
export async function measureBesideWrites(
  contender: HttpContender,
  reads: Workload,
  writes: Workload,
  { seconds, rounds, connections, postmaster }: Plan,
): Promise<Result[]> {
  const perSecond = PACED_WRITES_PER_SECOND;
  const pace = { connections, seconds: seconds * rounds };
  const write = () =>
    sendPaced(contender.url, writes.requests, { perSecond, seconds: pace.seconds });
  const read = () => sendLoad(contender.url, reads.requests, pace);

  process.stderr.write(`${contender.name}: ${perSecond} writes/s\n`);
  const written = await measure(contender, postmaster, write);
  const readAlone = await measure(contender, postmaster, read);
  const both = await measure(contender, postmaster, async () => {
    const [fromReads, fromWrites] = await Promise.all([read(), write()]);
    return {
      ...fromReads,
      requests: fromReads.requests + fromWrites.requests,
      errors: fromReads.errors + fromWrites.errors,
    };
  });
  const results = [
    { workload: `${writes.name}, ${perSecond}/s`, rounds: [written] },
    { workload: `${reads.name}, alone`, rounds: [readAlone] },
    { workload: `${reads.name}, beside ${perSecond} writes/s`, rounds: [both] },
  ].map((each): Result => ({ ...each, contender: contender.name }));
  process.stdout.write(`\n${toTable(results.map(toRow))}\n\n`);
  return results;
}
