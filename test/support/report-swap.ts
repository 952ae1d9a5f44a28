import type { ReportStore, StoredReport } from '../../src/throttle/share/spending-exchange';
import { until } from './poll';

/**
 * Swaps until one is in time. On a busy machine a swap may miss its 300 ms, and the next one sends
 * the same report.
 */
export async function swapInTime(
  store: ReportStore,
  member: string,
  report: string,
): Promise<StoredReport[]> {
  let others: StoredReport[] | undefined;
  await until('a swap is in time', async () => {
    others = await store.swap(member, report).catch(() => undefined);
    return others !== undefined;
  });
  return others!;
}
