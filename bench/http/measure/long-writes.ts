import type { Contender } from '../contenders/contender';
import { longWritesTable } from '../report/long-writes-table';
import type { Result } from '../report/table';
import type { Workload } from '../workloads/workloads';
import { measure } from './measurement';
import { canAnswer, type Plan, warmUpFactor } from './rounds';

/**
 * Writes for many minutes, one contender after the other, and counts the reviews acknowledged in
 * each second. Shows what short rounds do not: checkpoints, and the seconds in which they stall the
 * writers.
 */
export async function measureLongWrites(
  workload: Workload,
  contenders: readonly Contender[],
  { connections, warmUpSeconds }: Plan,
  minutes: number,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const contender of contenders.filter((each) => canAnswer(each, workload))) {
    process.stderr.write(`${contender.name}: ${minutes} minutes of writes\n`);
    const seconds = minutes * 60;
    const requests = workload.requests(contender, seconds);
    await contender.send(requests, {
      connections,
      seconds: warmUpSeconds * warmUpFactor(contender),
    });
    const round = await measure(contender, () =>
      contender.send(requests, { connections, seconds, countsSeconds: true }),
    );
    results.push({ workload: workload.title, contender: contender.name, rounds: [round] });
  }
  process.stdout.write(`\n${longWritesTable(results)}\n\n`);
  return results;
}
