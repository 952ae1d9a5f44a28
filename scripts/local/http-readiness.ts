const ANSWER_TIMEOUT_MS = 1_000;

/** Whether `url` answers 200 now. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    await response.arrayBuffer(); // or the connection stays open
    return response.ok;
  } catch {
    return false; // refused, or too slow: not yet
  }
}
