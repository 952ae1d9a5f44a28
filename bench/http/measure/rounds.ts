import type { Contender } from '../contenders/contender';
import { type Result, toRow, toTable } from '../report/table';
import type { Workload } from '../workloads/workloads';
import { type Measurement, measure } from './measurement';

export interface Plan {
  /** Of a round. */
  seconds: number;
  warmUpSeconds: number;
  rounds: number;
  connections: number;
}

/**
 * Contenders take turns within each round, so that a noisy minute affects all of them. Every second
 * round goes the other way round: the first contender that writes after a checkpoint pays for the
 * whole pages that PostgreSQL then logs. Prints the workload's table.
 */
export async function measureWorkload(
  workload: Workload,
  contenders: readonly Contender[],
  plan: Plan,
): Promise<Result[]> {
  const running = contenders.filter((contender) => canAnswer(contender, workload));
  const results = running.map(
    ({ name }): Result => ({ workload: workload.title, contender: name, rounds: [] }),
  );
  for (const contender of running) {
    await workload.prepare?.(contender);
    await takeRound(contender, workload, plan, plan.warmUpSeconds * warmUpFactor(contender));
  }
  for (let round = 1; round <= plan.rounds; round += 1) {
    process.stderr.write(`${workload.title}: round ${round} of ${plan.rounds}\n`);
    const turns = [...running.entries()];
    for (const [index, contender] of round % 2 === 1 ? turns : turns.reverse())
      results[index]!.rounds.push(await takeRound(contender, workload, plan, plan.seconds));
  }
  process.stdout.write(`\n${toTable(results.map(toRow))}\n\n`);
  return results;
}

export function canAnswer(
  { kind, instances }: Contender,
  { contenders, isNginxOnly }: Workload,
): boolean {
  return contenders.includes(kind) && !(isNginxOnly && instances === 1);
}

/**
 * Several instances share the requests, and V8 compiles code after a number of calls, not after a
 * time.
 */
export function warmUpFactor({ instances }: Contender): number {
  return instances > 1 ? 3 : 1;
}

async function takeRound(
  contender: Contender,
  workload: Workload,
  { connections }: Plan,
  seconds: number,
): Promise<Measurement> {
  await workload.beforeRound?.(contender);
  const requests = workload.requests(contender, seconds);
  const pace = { connections, seconds, once: workload.once ?? false };
  return measure(contender, () => contender.send(requests, pace));
}
