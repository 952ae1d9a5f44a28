/**
 * Settles like `work`, but rejects with the signal's reason as soon as the signal is aborted. `work`
 * itself goes on.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Resolves after `delayMs`, or rejects with the signal's reason. It clears its timer when the signal
 * is aborted, because a pending timer would keep a Node process alive.
 */
export function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  return orAborted(over, signal).finally(() => clearTimeout(timer));
}

/**
 * Runs `work` for at most `timeoutMs`. The signal that `work` gets is aborted after that time, or
 * when the caller aborts.
 *
 * @param callers the caller's signal
 * @throws a TimeoutError, or the reason of the caller's signal, even if `work` ignores its signal
 */
export async function withinTime<T>(
  timeoutMs: number,
  callers: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  callers?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(callers?.reason);
  callers?.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(
    () =>
      controller.abort(
        new DOMException(`There was no complete answer within ${timeoutMs} ms`, 'TimeoutError'),
      ),
    timeoutMs,
  );
  try {
    return await orAborted(work(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
    callers?.removeEventListener('abort', abort);
  }
}
