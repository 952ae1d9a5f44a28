import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/**
 * A key and a certificate for 127.0.0.1, valid for a day, in PEM, for a test's own server. No other
 * program trusts it.
 */
export function makeSelfSignedCertificate(): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const content = toBeSigned(publicKey);
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, ECDSA_WITH_SHA256, bits(signature)).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** RFC 5280, 4.1: TBSCertificate, in DER. */
function toBeSigned(publicKey: KeyObject): Buffer {
  const version3 = tagged(0xa0, tagged(0x02, Buffer.from([2])));
  const serial = tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const name = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from('test')))));
  const hour = 3_600_000;
  const validity = sequence(time(Date.now() - hour), time(Date.now() + 24 * hour));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const address = sequence(tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const alternativeName = sequence(oid('551d11'), tagged(0x04, address));
  const extensions = tagged(0xa3, sequence(alternativeName));
  return sequence(version3, serial, ECDSA_WITH_SHA256, name, validity, name, key, extensions);
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const header = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function bits(content: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), content]));
}

/** UTCTime: YYMMDDhhmmssZ. */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');
  return tagged(0x17, Buffer.from(text.slice(2)));
}
