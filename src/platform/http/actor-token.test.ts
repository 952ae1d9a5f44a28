import { randomBytes } from 'node:crypto';
import { createActorTokens } from './actor-token';

const NOW = Date.UTC(2026, 10, 25, 12, 30, 59);

describe('a token of an actor', () => {
  it('is genuine at every instance with the same secret, and at no other', () => {
    const secret = randomBytes(32);
    const token = createActorTokens(secret, () => NOW).issue();
    expect(createActorTokens(secret, () => 0).isGenuine(token)).toBe(true);
    expect(createActorTokens(randomBytes(32), () => NOW).isGenuine(token)).toBe(false);
  });

  it('holds the minute of its issue', () => {
    const token = createActorTokens(randomBytes(32), () => NOW).issue();
    const minute = Buffer.from(token.replace('actor1_', ''), 'base64url').readUInt32BE(16);
    expect(new Date(minute * 60_000).toISOString()).toBe('2026-11-25T12:30:00.000Z');
  });
});
