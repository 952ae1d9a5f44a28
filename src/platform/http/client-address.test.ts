import express from 'express';
import supertest from 'supertest';
import { createClientAddress } from './client-address';

/** What both say of one request from the loopback. */
async function addressesOf(trustedProxies: string[], forwarded: string | undefined) {
  const addressOf = createClientAddress(trustedProxies);
  const app = express();
  app.set('trust proxy', trustedProxies);
  app.use((request, response) => {
    response.json({ ours: addressOf(request), express: request.ip });
  });
  const request = supertest(app).get('/');
  if (forwarded !== undefined) request.set('X-Forwarded-For', forwarded);
  return (await request).body as { ours: string; express: string };
}

describe("the client's address", () => {
  it.each([
    ['no header', ['loopback'], undefined],
    ['an empty header', ['loopback'], ''],
    ['one address', ['loopback'], '203.0.113.7'],
    ['one address that is a proxy too', ['loopback'], '127.0.0.9'],
    ['a chain', ['loopback'], '198.51.100.1, 203.0.113.7'],
    ['a chain through proxies', ['loopback', '10.0.0.0/8'], '198.51.100.1, 203.0.113.7,10.1.1.1'],
    ['a chain of proxies only', ['loopback', '10.0.0.0/8'], '10.2.2.2, 10.1.1.1'],
    ['an IPv6 address', ['loopback'], '2001:db8::1'],
    ['what is no address', ['loopback'], 'unknown'],
    ['words', ['loopback'], 'let me in'],
    ['a peer that is no proxy', ['10.0.0.0/8'], '203.0.113.7'],
  ])('is what Express says, with %s', async (_title, trustedProxies, forwarded) => {
    const { ours, express: expected } = await addressesOf(trustedProxies, forwarded);
    expect(ours).toBe(expected);
  });

  it('is what the proxy reports, and the peer where there is none', async () => {
    expect((await addressesOf(['loopback'], '203.0.113.7')).ours).toBe('203.0.113.7');
    expect((await addressesOf(['10.0.0.0/8'], '203.0.113.7')).ours).toMatch(/127\.0\.0\.1$/);
  });
});
