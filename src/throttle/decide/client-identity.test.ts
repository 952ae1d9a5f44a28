import { createClientIdentity } from './client-identity';

const identity = createClientIdentity(Buffer.from('0001020304050607', 'hex'));

function named(address: string): string {
  identity.ofAddress(address);
  return `${identity.high}:${identity.low}`;
}

function client(id: string): string {
  identity.ofClient(id);
  return `${identity.high}:${identity.low}`;
}

describe('client identity', () => {
  it.each([
    ['an IPv4 address and the same one mapped into IPv6', '203.0.113.7', '::ffff:203.0.113.7'],
    ['two addresses of one /64', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    [
      'long and short forms of one network',
      '2001:0db8:0000:0000:0000:0000:0000:0001',
      '2001:db8::1',
    ],
    ['capital and small letters', '2001:DB8:A::1', '2001:db8:a::2'],
    ['an address with and without its zone', 'fe80::1', 'fe80::1%eth0'],
    ['a gap that begins in the network', '2001::4:5:6:7', '2001:0:0:0:4:5:6:7'],
    ['groups of the network after the gap', '::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('gives the same hash to %s', (_title, one, other) => {
    expect(named(one)).toBe(named(other));
  });

  it('gives different hashes to neighbours, to text that is no address, and to a client named like an address', () => {
    const names = [
      named('203.0.113.7'),
      named('203.0.113.8'),
      named('2001:db8:1:2::1'),
      named('2001:db8:1:3::1'),
      named('unknown'),
      named('300.1.1.1'),
      named('1.2.3'),
      named('1:2:3'),
      named('2001:db8:::1'),
      client('203.0.113.7'),
      client('acme'),
      client('acme\0'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it('depends on the secret', () => {
    const other = createClientIdentity(Buffer.from('f001020304050607', 'hex'));
    other.ofAddress('203.0.113.7');
    expect(`${other.high}:${other.low}`).not.toBe(named('203.0.113.7'));
  });

  it('spreads neighbouring addresses evenly over sets', () => {
    const sets = new Uint32Array(256);
    for (let i = 0; i < 25_600; i += 1) {
      named(`10.0.${i >> 8}.${i & 255}`);
      sets[identity.low & 255]! += 1;
    }
    expect(Math.min(...sets)).toBeGreaterThan(50);
    expect(Math.max(...sets)).toBeLessThan(160);
  });
});
