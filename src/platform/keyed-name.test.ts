import { createKeyedName } from './keyed-name';

const nameOf = createKeyedName(Buffer.from('0001020304050607', 'hex'));

describe('the keyed name of a text', () => {
  it('is the first half of the reference hash over the UTF-16 code units', () => {
    // The inputs of the published vectors, 00 01 02 …, as code units 0x0100, 0x0302, …
    const text = (bytes: number) =>
      Buffer.from(Array.from({ length: bytes }, (_, index) => index)).toString('utf16le');
    const expected = ['76a5d021', 'eb24dba0', '3dcda831', '5577cc5c'];
    for (const [words, hex] of expected.entries())
      expect(nameOf(text(4 * words))).toBe(Buffer.from(hex, 'hex').readUInt32LE(0));
  });

  it('differs between texts that differ by little, at any length', () => {
    const texts = Array.from({ length: 600 }, (_, length) => 'a'.repeat(length));
    const near = texts.map((text) => `${text}b`);
    expect(new Set([...texts, ...near].map(nameOf)).size).toBe(texts.length + near.length);
  });

  it('depends on the secret, and is never 0', () => {
    const other = createKeyedName(Buffer.from('f001020304050607', 'hex'));
    expect(other('host 203.0.113.7')).not.toBe(nameOf('host 203.0.113.7'));
    for (let i = 0; i < 10_000; i += 1) expect(nameOf(`${i}`)).toBeGreaterThan(0);
  });
});
