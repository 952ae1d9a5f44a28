import type { SubmissionNames } from './submission-names';
import { SIGNATURE_BYTES } from './text-signature';

/**
 * Names of reviews as bytes, one review after the other: author, review, host and network as 32-bit
 * numbers, lowest byte first, then the signature's 64 bytes or none, as the byte before it says.
 */
const NAMES_BYTES = 4 * 4;

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

/** What cannot be read (another release's form) ends the list. */
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
