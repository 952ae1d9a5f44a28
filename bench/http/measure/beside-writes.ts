import type { HttpContender } from '../contenders/contender';
import { sendLoad } from '../load/load';
import { sendPaced } from '../load/paced-load';
import type { Result } from '../report/table';
import type { Workload } from '../workloads/workloads';
import { measure } from './measurement';
import type { Plan } from './rounds';

/**
 * Half of the goal of 4,200 acknowledged reviews a second on two cores. It is the same in each run,
 * so a server that became faster does not get more to do.
 */
const PACED_WRITES_PER_SECOND = 2_100;

/**
 * What writes at that rate are like for their senders, and what they cost readers: writes alone,
 * reads alone, reads beside those writes. Requests per second and latencies of the last row are the
 * reads'. Its processor time is per request of either kind.
 */
export async function measureBesideWrites(
  contender: HttpContender,
  reads: Workload,
  writes: Workload,
  { seconds, rounds, connections }: Plan,
): Promise<Result[]> {
  const perSecond = PACED_WRITES_PER_SECOND;
  const pace = { connections, seconds: seconds * rounds };
  const toWrite = writes.requests(contender, pace.seconds);
  const toRead = reads.requests(contender, pace.seconds);
  const write = () => sendPaced(contender.url, toWrite, { perSecond, seconds: pace.seconds });
  const read = () => sendLoad(contender.url, toRead, pace);

  process.stderr.write(`${contender.name}: ${perSecond} writes/s\n`);
  const written = await measure(contender, write);
  const readAlone = await measure(contender, read);
  const both = await measure(contender, async () => {
    const [fromReads, fromWrites] = await Promise.all([read(), write()]);
    return {
      ...fromReads,
      requests: fromReads.requests + fromWrites.requests,
      errors: fromReads.errors + fromWrites.errors,
    };
  });
  return [
    { workload: `${writes.title}, ${perSecond}/s`, rounds: [written] },
    { workload: `${reads.title}, alone`, rounds: [readAlone] },
    { workload: `${reads.title}, beside ${perSecond} writes/s`, rounds: [both] },
  ].map((each): Result => ({ ...each, contender: contender.name }));
}
