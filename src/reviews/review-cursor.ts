import { timingSafeEqual } from 'node:crypto';
import { Problem } from '../platform/http/problem';
import { createKeyedHash } from '../platform/keyed-hash';
import type { Position, Sort } from './review-sort';

/** A cursor is valid in the listing it was made for, and in no other. */
export interface Listing {
  productId: string;
  sort: Sort;
  /** The filters, in one canonical text. */
  filters: string;
}

export interface CursorCodec {
  write(listing: Listing, position: Position): string;
  /** @throws Problem `invalid-cursor` if `write` did not make it for this listing */
  read(listing: Listing, cursor: string): Position;
}

/** 64 bits: a forger needs 2⁶³ requests for one cursor, which shows only public reviews. */
const MAC_BYTES = 8;
const SEPARATOR = '|';

/** Cursors are `sort|key|id|mac` in base64url. All instances sign them with the same secret. */
export function createCursorCodec(secret: Buffer): CursorCodec {
  const hash = createKeyedHash(secret, MAC_BYTES);

  function sign({ productId, sort, filters }: Listing, { key, reviewId }: Position): Buffer {
    return hash([productId, sort, filters, key, reviewId].join(SEPARATOR));
  }

  function write(listing: Listing, position: Position): string {
    const mac = sign(listing, position).toString('base64url');
    return Buffer.from(
      [listing.sort, position.key, position.reviewId, mac].join(SEPARATOR),
    ).toString('base64url');
  }

  function read(listing: Listing, cursor: string): Position {
    const [sort, key, reviewId, mac, ...rest] = Buffer.from(cursor, 'base64url')
      .toString()
      .split(SEPARATOR);
    if (!sort || !key || !reviewId || !mac || rest.length > 0)
      throw invalidCursor('It was not made by this service.');
    if (sort !== listing.sort)
      throw invalidCursor(`It continues a listing sorted by another order than ${listing.sort}.`);
    // Compares the whole text, not only the signature: the same bytes have several spellings in
    // base64url, and `write` makes one of them.
    const made = Buffer.from(write(listing, { key, reviewId }));
    const given = Buffer.from(cursor);
    if (given.length !== made.length || !timingSafeEqual(given, made)) {
      throw invalidCursor(
        'It continues another listing, or was altered. Keep product, sort and filters as they were.',
      );
    }
    return { key, reviewId };
  }

  return { write, read };
}

function invalidCursor(detail: string): Problem {
  return new Problem('invalid-cursor', { detail, errors: [{ path: 'cursor', message: detail }] });
}
