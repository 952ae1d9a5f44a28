import { domainToASCII, domainToUnicode } from 'node:url';

/**
 * Decides what an e-mail address is and when two are equal, for the API, imports, export and
 * erasure.
 *
 * The address that is stored has a local part in NFC and lower case, and a domain in its ASCII form
 * (RFC 5890), so that case, Unicode normalization and the two spellings of a domain (`müller.de`,
 * `xn--mller-kva.de`) make no second author.
 */

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
export const EMAIL_LENGTH_MAX = 254;

/**
 * RFC 5322 `atext` with dots anywhere, like HTML's <input type=email> (a Japanese operator issued
 * addresses like `a..b@`), and RFC 6532: letters, marks, digits and symbols of any script. No spaces
 * and no invisible characters.
 */
const LOCAL_PART =
  /^(?:[a-z0-9.!#$%&'*+/=?^_`{|}~-]|(?![\p{ASCII}\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{M}\p{N}\p{S}\p{P}])+$/u;
/**
 * The characters of a domain before conversion. They are checked first, because Node's converter
 * reads `%61` as a letter and stops at `/`.
 */
const DOMAIN_LETTERS = /^(?:[a-z0-9.-]|(?!\p{ASCII})[\p{L}\p{M}\p{N}\p{P}\p{Cf}])+$/u;
/** RFC 1123 host names; the last label begins with a letter, so no IPv4 address is one. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Nearly all domains. Converting them would take 1.5 µs and change nothing. */
const ASCII_DOMAIN = /^[a-z0-9.-]+$/;

/** Converts to Unicode and back, which corrects invalid ASCII forms (xn-- of a capital letter). */
function toAscii(domain: string): string {
  return domainToASCII(domainToUnicode(domain));
}

/** @returns the canonical spelling, which is stored, or undefined when the text is no address */
export function canonicalEmail(text: string): string | undefined {
  const { localPart, domain } = splitEmail(text) ?? {};
  if (localPart === undefined || domain === undefined) return undefined;
  if (!LOCAL_PART.test(localPart) || !DOMAIN_LETTERS.test(domain)) return undefined;
  const ascii = ASCII_DOMAIN.test(domain) && !domain.includes('xn--') ? domain : toAscii(domain);
  const email = `${localPart}@${ascii}`;
  return DOMAIN.test(ascii) && email.length <= EMAIL_LENGTH_MAX ? email : undefined;
}

/**
 * Every spelling that a review of this author may be stored under: the canonical one first, then
 * those of earlier versions, which only trimmed and lower-cased an address, without converting the
 * domain or normalizing. Lookups use all of them, so that no row has to be rewritten.
 *
 * @returns one to seven spellings; empty when neither this version nor an earlier one can have
 *   stored such an address
 */
export function storedEmailSpellings(text: string): string[] {
  const spellings = new Set<string>();
  const canonical = canonicalEmail(text);
  if (canonical !== undefined) {
    spellings.add(canonical);
    const { localPart, domain } = splitEmail(canonical)!;
    for (const local of [localPart, localPart.normalize('NFD')]) {
      spellings.add(`${local}@${domain}`);
      for (const form of ['NFC', 'NFD'])
        spellings.add(`${local}@${domainToUnicode(domain).normalize(form)}`);
    }
  }
  const asBefore = text.trim().toLowerCase();
  // The check that imports used before 0.2.
  if (asBefore.length <= EMAIL_LENGTH_MAX && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(asBefore))
    spellings.add(asBefore);
  return [...spellings];
}

function splitEmail(text: string): { localPart: string; domain: string } | undefined {
  const email = text.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = email.lastIndexOf('@');
  return at > 0 ? { localPart: email.slice(0, at), domain: email.slice(at + 1) } : undefined;
}
