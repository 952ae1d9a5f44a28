import type { SubmissionNames } from './submission-names';
import { SIGNATURE_BYTES } from './text-signature';

/**
 * The binary form of names in which instances tell each other of reviews. Reviews follow one
 * another. Each has author, review, host and network as 32-bit numbers, lowest byte first; then a
 * byte that is 1 if a text signature follows and 0 if not; then the 64 bytes of the signature.
 */
const NAMES_BYTES = 4 * 4;

/** Packs names in the order given. */
export function packSubmissions(submissions: readonly SubmissionNames[]): Buffer {
  return Buffer.concat(submissions.map(pack));
}

function pack({ author, review, host, network, text }: SubmissionNames): Buffer {
  const packed = Buffer.alloc(NAMES_BYTES + 1 + (text ? SIGNATURE_BYTES : 0));
  packed.writeUInt32LE(author, 0);
  packed.writeUInt32LE(review, 4);
  packed.writeUInt32LE(host, 8);
  packed.writeUInt32LE(network, 12);
  packed[NAMES_BYTES] = text ? 1 : 0;
  if (text) packed.set(text, NAMES_BYTES + 1);
  return packed;
}

/**
 * Unpacks names. It stops at the first entry that it cannot read, for example from another release,
 * and returns those before it; it never throws.
 */
export function unpackSubmissions(packed: Buffer): SubmissionNames[] {
  const submissions: SubmissionNames[] = [];
  for (let at = 0; at + NAMES_BYTES < packed.length; ) {
    const textAt = at + NAMES_BYTES + 1;
    const end = textAt + (packed[textAt - 1] === 1 ? SIGNATURE_BYTES : 0);
    if (packed[textAt - 1]! > 1 || end > packed.length) break;
    submissions.push({
      author: packed.readUInt32LE(at),
      review: packed.readUInt32LE(at + 4),
      host: packed.readUInt32LE(at + 8),
      network: packed.readUInt32LE(at + 12),
      text: end > textAt ? packed.subarray(textAt, end) : null,
    });
    at = end;
  }
  return submissions;
}
