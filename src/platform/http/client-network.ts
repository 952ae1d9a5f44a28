import addresses from 'ipaddr.js';

/** A client's address and network, as texts to hash, in one spelling each. */
export interface ClientNetwork {
  /**
   * The range of one client: an IPv4 address, or an IPv6 /64, of which a client may use every
   * address.
   */
  host: string;
  /**
   * The range of a few hundred neighbours, which one customer may rent whole: an IPv4 /24, or an
   * IPv6 /48.
   */
  network: string;
}

/**
 * All clients whose address cannot be parsed are one, so that nobody can be many by inventing
 * spellings.
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
