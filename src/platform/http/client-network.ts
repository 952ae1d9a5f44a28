import addresses from 'ipaddr.js';

/** Where a client is: texts to be hashed, in one spelling for each address and network. */
export interface ClientNetwork {
  /**
   * What one client has for itself: an IPv4 address, or an IPv6 /64, of which it may use every
   * address.
   */
  host: string;
  /**
   * What a few hundred neighbours share and one customer may rent whole: an IPv4 /24, or an IPv6
   * /48.
   */
  network: string;
}

/**
 * Clients whose address cannot be read are not told apart: a proxy that invents spellings makes
 * nobody many people.
 */
const UNKNOWN: ClientNetwork = { host: 'unknown', network: 'unknown' };

/**
 * @param address as Express reports it, in any textual form; an IPv4 address that is mapped into
 * IPv6 is that IPv4 address
 */
export function clientNetworkOf(address: string): ClientNetwork {
  if (!addresses.isValid(address)) return UNKNOWN;
  const parsed = addresses.process(address);
  const bytes = parsed.toByteArray();
  if (parsed.kind() === 'ipv4') {
    return { host: bytes.join('.'), network: `${bytes.slice(0, 3).join('.')}.0/24` };
  }
  const prefix = (length: number) =>
    `${Buffer.from(bytes.slice(0, length / 8)).toString('hex')}/${length}`;
  return { host: prefix(64), network: prefix(48) };
}
