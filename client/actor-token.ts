/** Where a browser keeps its token: `localStorage`, or an object with these two of its methods. */
export type ActorStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** A token fits into a header. The client ignores any other text in the storage. */
const TOKEN = /^[\x21-\x7e]{1,128}$/;

/**
 * Makes a function that resolves with the token by which this browser is one voter and reporter. The
 * function fetches the token when it is first needed, and then keeps it.
 *
 * Bound: one fetch at a time; concurrent calls wait for it. If two pages of a browser fetch at once,
 * both use the token that was stored first. Failure: if no token can be fetched, the function
 * resolves with null; the service then counts the address, and the next call fetches again. If the
 * storage fails (a sandboxed frame, a full disk), the token lasts as long as the client.
 *
 * @param name of the token in the storage
 * @param storage undefined: `localStorage`
 * @param fetchToken resolves with the token that the service issued; any other value means that it
 *   issued none
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
      // Only the memory keeps it.
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
