/**
 * Settles as `work` does, but rejects with the signal's reason as soon as that is aborted. `work`
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
 * Clears its timer when the signal is aborted: a timer that is left would keep a Node process from
 * ending.
 */
export function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout>;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayMs);
  });
  return orAborted(over, signal).finally(() => clearTimeout(timer));
}

/**
 * Runs `work` for at most `timeoutMs`. Its signal is aborted at the end of that time, and when the
 * caller's is.
 *
 * @throws a TimeoutError, or the reason of the caller's signal, even if `work` does not heed its
 * signal
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
        new DOMException(`There was no whole answer in ${timeoutMs} ms`, 'TimeoutError'),
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
