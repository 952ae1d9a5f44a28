/** Where a browser keeps its token: `localStorage`, or anything with these two of its methods. */
export type ActorStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** What a header can carry: anything else in the storage is not ours. */
const TOKEN = /^[\x21-\x7e]{1,128}$/;

/**
 * The token that makes this browser one voter and reporter, fetched when it is first needed and
 * then kept.
 *
 * Bound: one fetch at a time; calls that come meanwhile wait for it. Two pages of a browser that
 * fetch at once agree on the token that was stored first. Failure: where none can be had, the call
 * goes without one and its address counts; the next call asks again. Where the storage refuses (a
 * sandboxed frame, a full disk), the token lasts as long as the client.
 *
 * @param fetchToken resolves with what the service issued; anything that is no token: it issued
 * none
 */
export function createActorToken(
  name: string,
  storage: ActorStorage | undefined,
  fetchToken: () => Promise<unknown>,
): () => Promise<string | null> {
  let token: string | null = null;
  let underWay: Promise<string | null> | null = null;

  async function fetchAndKeep(): Promise<string | null> {
    const issued = await fetchToken();
    if (typeof issued !== 'string' || !TOKEN.test(issued)) return null;
    return readStored() ?? keep(issued);
  }

  function readStored(): string | null {
    try {
      const stored = (storage ?? localStorage).getItem(name);
      return stored !== null && TOKEN.test(stored) ? stored : null;
    } catch {
      return null;
    }
  }

  function keep(issued: string): string {
    try {
      (storage ?? localStorage).setItem(name, issued);
    } catch {
      // Kept in memory only.
    }
    return issued;
  }

  return async () => {
    token ??= readStored();
    if (token !== null) return token;
    underWay ??= fetchAndKeep().finally(() => {
      underWay = null;
    });
    token = await underWay;
    return token;
  };
}
