import { type AddressInfo, connect, createServer } from 'node:net';

/** A TCP proxy before the database that records every executed statement. */
export interface StatementTap {
  /** The database's URL through the proxy. */
  url: string;
  /**
   * Names of prepared statements, and texts of others, in the order in which they were sent.
   * `clear` empties it.
   */
  executed: string[];
  clear(): void;
  close(): void;
}

/** Reads the client side of PostgreSQL's protocol: Bind messages and simple queries. */
export async function createStatementTap(databaseUrl: string): Promise<StatementTap> {
  const target = new URL(databaseUrl);
  const executed: string[] = [];
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const note = createMessageReader((type, body) => {
      if (type === 'B') executed.push(textsOf(body)[1]!);
      if (type === 'Q') executed.push(textsOf(body)[0]!);
    });
    near.on('data', note);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    executed,
    clear: () => void executed.splice(0),
    close: () => void server.close(),
  };
}

/** Splits the bytes of a connection into messages. The first one has no type. */
function createMessageReader(
  onMessage: (type: string, body: Buffer) => void,
): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let typeLength = 0;

  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeLength + 4) {
      const end = typeLength + rest.readUInt32BE(typeLength);
      if (rest.length < end) return;
      onMessage(rest.toString('latin1', 0, typeLength), rest.subarray(typeLength + 4, end));
      rest = rest.subarray(end);
      typeLength = 1;
    }
  };
}

function textsOf(body: Buffer): string[] {
  return body.toString('utf8').split('\0');
}
