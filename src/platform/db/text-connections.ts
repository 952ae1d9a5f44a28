import type { Pool, PoolClient } from 'pg';
import { isDatabaseUnavailable } from './pg-errors';
import type { TextDatabase } from './statement';
import { sendCommands, sendForEncoded, sendText } from './text-query';

/**
 * Connections taken from a pool and kept, one statement after the other on each. Taking one out and
 * giving it back for every statement costs 20 µs, a fifth of what a batch of pages costs.
 *
 * Algorithm: a statement goes to the connection with the fewest waiting statements; another
 * connection is taken from the pool only while all are busy. Bound: the pool's own size. Callers
 * bound how many statements wait (batcher.ts). Failure: a lost connection fails the statements on
 * it and goes back to the pool as broken; the next statement takes another. The pool's own error is
 * thrown when it has no connection to give.
 */
export interface TextConnections extends TextDatabase {
  /** Gives the connections back. Call it before the pool ends, which waits for them. */
  close(): void;
}

interface Kept {
  client: Promise<PoolClient>;
  /** Statements on it: the one that runs, and those that wait. */
  underWay: number;
  /** Settles when the last of them has ended. */
  free: Promise<void>;
}

export function createTextConnections(pool: Pool): TextConnections {
  let kept: Kept[] = [];

  async function run<Row>(send: (client: PoolClient) => Promise<Row[]>): Promise<Row[]> {
    const connection = choose();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const free = connection.free;
    connection.free = ended;
    connection.underWay += 1;
    try {
      const client = await connection.client;
      await free;
      return await send(client);
    } catch (error) {
      if (isDatabaseUnavailable(error)) drop(connection);
      throw error;
    } finally {
      connection.underWay -= 1;
      end();
    }
  }

  function choose(): Kept {
    let idlest: Kept | undefined;
    for (const each of kept) if (!idlest || each.underWay < idlest.underWay) idlest = each;
    if (idlest && (idlest.underWay === 0 || kept.length >= pool.options.max)) return idlest;
    const taken: Kept = { client: pool.connect(), underWay: 0, free: Promise.resolve() };
    kept.push(taken);
    return taken;
  }

  /** Once: the next statement that fails on it finds it gone from the list. */
  function drop(connection: Kept): void {
    if (!kept.includes(connection)) return;
    kept = kept.filter((each) => each !== connection);
    connection.client.then(
      (client) => client.release(true),
      () => {}, // the pool could not connect, and the caller has its error
    );
  }

  function close(): void {
    for (const { client } of kept.splice(0)) {
      client.then(
        (each) => each.release(),
        () => {},
      );
    }
  }

  return {
    queryText: (statement, values) => run((client) => sendText(client, statement, values)),
    queryCommands: (commands) => run((client) => sendCommands(client, commands)),
    queryEncoded: (statement, values) => run((client) => sendForEncoded(client, statement, values)),
    close,
  };
}
