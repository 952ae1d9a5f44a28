import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `condition` holds, checking every 20 ms.
 *
 * @throws Error that names `what` when it does not hold within `timeoutMs`
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms until ${what}, which did not happen`);
    await sleep(20);
  }
}
