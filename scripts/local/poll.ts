import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `condition` holds, asking every 20 ms. @throws when it does not within `timeoutMs`,
 * naming `what`
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(20);
  }
}
