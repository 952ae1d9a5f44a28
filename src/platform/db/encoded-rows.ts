import type { Duplex } from 'node:stream';
import { EncodedText } from '../encoded-text';
import type { EncodedRow } from './statement';

/**
 * Takes the rows of a statement off a connection's socket before pg decodes them, and passes every
 * other message on to pg, in order.
 *
 * Algorithm: it stands between the socket and pg's own reader, installed while no statement is
 * under way, and splits the stream into messages: one byte of type, four of length (PostgreSQL's
 * protocol 3). Bound: an incomplete message is kept, and copied with every read; rows are a few
 * reads long. Failure: pg reports errors of the connection to the statement, as without this.
 */
export class EncodedRows {
  #receive: ((row: EncodedRow) => void) | null = null;
  #unread: Buffer | null = null;

  /** @throws when pg no longer reads the socket through exactly one listener */
  constructor(socket: Duplex) {
    const listeners = socket.listeners('data') as PassOn[];
    const [passOn] = listeners;
    if (!passOn || listeners.length > 1)
      throw new Error(
        'This version of pg does not read its socket through one listener, as this code requires',
      );
    socket.on('data', (chunk: Buffer) => this.#read(chunk, passOn));
    socket.off('data', passOn);
  }

  /** Hands over rows until the server is ready for the next statement. */
  receive(receive: (row: EncodedRow) => void): void {
    this.#receive = receive;
  }

  #read(chunk: Buffer, passOn: PassOn): void {
    const bytes = this.#unread ? Buffer.concat([this.#unread, chunk]) : chunk;
    let at = 0;
    let passedOn = 0;
    while (at + HEADER_LENGTH <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      if (bytes[at] === READY_FOR_QUERY) this.#receive = null;
      if (bytes[at] === DATA_ROW && this.#receive) {
        if (passedOn < at) passOn(bytes.subarray(passedOn, at));
        this.#receive(readRow(bytes, at + HEADER_LENGTH));
        passedOn = end;
      }
      at = end;
    }
    this.#unread = at < bytes.length ? bytes.subarray(at) : null;
    if (passedOn < at) passOn(bytes.subarray(passedOn, at));
  }
}

type PassOn = (bytes: Buffer) => void;

const HEADER_LENGTH = 5;
const DATA_ROW = 0x44; // D
const READY_FOR_QUERY = 0x5a; // Z

/** A count of fields; of each its length, -1 for null, and its bytes. */
function readRow(bytes: Buffer, start: number): EncodedRow {
  const row: EncodedRow = new Array(bytes.readInt16BE(start));
  let at = start + 2;
  for (let field = 0; field < row.length; field += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (length < 0) row[field] = null;
    else {
      row[field] = new EncodedText(bytes.toString('latin1', at, at + length));
      at += length;
    }
  }
  return row;
}
