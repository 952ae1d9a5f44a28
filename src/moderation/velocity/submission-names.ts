import { createKeyedName } from '../../platform/keyed-name';
import { signatureOf } from './text-signature';

/** What is counted of a review. Keyed hashes: 0 and null are not counted. */
export interface SubmissionNames {
  /** 32 bits each: of a million names, one in four thousand meets another by chance. */
  author: number;
  /** The author and the product: what an author sends again has the same. */
  review: number;
  host: number;
  network: number;
  text: Uint8Array | null;
}

/** As far as velocity looks at a submission. */
export interface CountedSubmission {
  productId: string;
  title: string;
  body: string;
  /** In lower case. */
  email: string;
  /**
   * Keyed names of where the request came from; null: from the store's own server.
   */
  origin: { host: number; network: number } | null;
}

/** @param secret the same on all instances, at least 8 bytes */
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
    // What is said in a long title over a short body is compared, too.
    text: signatureOf(body, seed) ?? signatureOf(`${title} ${body}`, seed),
  });
}

/**
 * The mailbox that an address reaches with most providers: what stands after a `+` and dots do not
 * matter. For counting only; authors are told apart by the whole address.
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
