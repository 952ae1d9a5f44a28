import { createClientKeys } from './client-key';

const keys = createClientKeys(Buffer.from('one secret'));

describe('keys', () => {
  it('reads the id and the hash of a key that it made', () => {
    const { keyId, text, hash } = keys.make();
    expect(text).toMatch(/^starling_[0-9a-f]{16}_[\w-]{54}$/);
    expect(keys.read(text)).toEqual({ keyId, hash });
    expect(hash).toHaveLength(32);
  });

  it('makes a different key each time', () => {
    const made = Array.from({ length: 1_000 }, () => keys.make());
    expect(new Set(made.map(({ text }) => text)).size).toBe(1_000);
  });

  it('reads each of many keys as itself, the second time too', () => {
    const made = Array.from({ length: 250 }, () => keys.make());
    const read = () => made.map(({ text }) => keys.read(text));
    const expected = made.map(({ keyId, hash }) => ({ keyId, hash }));
    expect(read()).toEqual(expected);
    expect(read()).toEqual(expected);
    expect(made.map(({ text }) => [keys.read(text), keys.read(text)])).toEqual(
      expected.map((key) => [key, key]),
    );
  });

  it('refuses a key that was altered in any place, without a lookup', () => {
    const { text } = keys.make();
    keys.read(text);
    for (let i = 0; i < text.length - 1; i += 1) {
      const other = text[i] === 'a' ? 'b' : 'a';
      expect(keys.read(`${text.slice(0, i)}${other}${text.slice(i + 1)}`)).toBeNull();
    }
  });

  it.each(['', 'starling_', 'a'.repeat(200), `starling_${'0'.repeat(16)}_${'A'.repeat(54)}`])(
    'refuses %j',
    (text) => expect(keys.read(text)).toBeNull(),
  );

  it('refuses a key that another installation made', () => {
    const elsewhere = createClientKeys(Buffer.from('another secret'));
    expect(keys.read(elsewhere.make().text)).toBeNull();
  });
});
