import { createKeyedName } from '../../platform/keyed-name';
import { signatureOf } from './text-signature';

/**
 * The names by which a review is counted: keyed hashes, so that nobody can read an e-mail address
 * or a text from them. Names that are 0 or null are not counted.
 */
export interface SubmissionNames {
  /** Each name has 32 bits: among a million names, one in four thousand collides with another. */
  author: number;
  /** Author and product together: a repeated submission has the same name. */
  review: number;
  host: number;
  network: number;
  text: Uint8Array | null;
}

/** The parts of a submission that velocity reads. */
export interface CountedSubmission {
  productId: string;
  title: string;
  body: string;
  /** The whole address, in lower case. */
  email: string;
  /**
   * Keyed hashes of the client's address and network. Null: the request came from the store's own
   * server.
   */
  origin: { host: number; network: number } | null;
}

/**
 * Creates the function that computes the names of a submission.
 *
 * @param secret the same on all instances, at least 8 bytes
 */
export function createSubmissionNames(
  secret: Buffer,
): (submission: CountedSubmission) => SubmissionNames {
  const nameOf = createKeyedName(secret);
  const seed = secret.readInt32LE(0);

  return ({ productId, title, body, email, origin }) => ({
    author: nameOf(`${origin ? 'public' : 'vouched'} author ${oneMailbox(email)}`),
    review: nameOf(`review ${email} ${productId}`),
    host: origin?.host ?? 0,
    network: origin?.network ?? 0,
    // If the body is too short to compare, the title is compared with it.
    text: signatureOf(body, seed) ?? signatureOf(`${title} ${body}`, seed),
  });
}

/**
 * Returns the mailbox that an address reaches at most providers, which ignore dots and everything
 * after a `+`. Used for counting only: everywhere else, the whole address identifies the
 * author.
 *
 * @param email in lower case
 */
function oneMailbox(email: string): string {
  const at = email.lastIndexOf('@');
  const mailbox = email
    .slice(0, at)
    .replace(/(?<=.)\+.*/s, '')
    .replaceAll('.', '');
  const domain = email.slice(at + 1);
  return `${mailbox}@${domain === 'googlemail.com' ? 'gmail.com' : domain}`;
}
