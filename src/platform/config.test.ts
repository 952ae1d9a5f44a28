import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError, parseConfig } from './config';
import { packageRoot } from './package-root';

/** Settings without a default. */
const OPTIONAL = {
  REDIS_URL: 'redis://valkey:6379',
  THROTTLE_RULES_FILE: '/tmp/rules.json',
  NEW_RELIC_LICENSE_KEY: 'x'.repeat(40),
  LOADERIO_TOKEN: 'x',
};
const DATABASE_URL = 'postgres://starling:hunter2@127.0.0.1/starling';

describe('parseConfig', () => {
  it('has no setting that docs/running.md does not document', () => {
    const documented = readFileSync(path.join(packageRoot, 'docs', 'running.md'), 'utf8');
    const known = Object.keys(parseConfig({ DATABASE_URL, ...OPTIONAL }));
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  });

  it('requires only DATABASE_URL', () => {
    expect(parseConfig({ DATABASE_URL })).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      TRUSTED_PROXIES: ['loopback'],
    });
  });

  it('reports every bad setting by name with what was expected, and repeats no value', () => {
    const parse = () =>
      parseConfig({
        DATABASE_URL: 'mysql://hunter2',
        DATABASE_REPLICA_URLS: `${DATABASE_URL},mysql://hunter2`,
        PORT: '70000',
        LOG_LEVEL: 'loud',
        NEW_RELIC_LICENSE_KEY: 'hunter2',
        NEW_RELIC_APP_NAME: 'shop; other',
        TRUSTED_PROXIES: '10.0.0.0/99',
      });

    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/DATABASE_URL: expected a URL like postgres:/);
    expect(parse).toThrow(/DATABASE_REPLICA_URLS: expected URLs like postgres:/);
    expect(parse).toThrow(/PORT: expected a whole number from 0 to 65535/);
    expect(parse).toThrow(/LOG_LEVEL: expected one of trace, debug/);
    expect(parse).toThrow(/TRUSTED_PROXIES: expected addresses or networks/);
    expect(parse).toThrow(/NEW_RELIC_LICENSE_KEY: expected the 40 letters and digits/);
    expect(parse).toThrow(/NEW_RELIC_APP_NAME: expected one name/);
    expect(parse).not.toThrow(/hunter2/);
  });

  it.each(['8080x', '-1', '1e3', ' 80'])('refuses %j as PORT', (PORT) => {
    expect(() => parseConfig({ DATABASE_URL, PORT })).toThrow('PORT: expected a whole number');
  });

  it.each([
    '127.0.0.1:6379',
    'http://hunter2@valkey',
    'redis://user:%zz@valkey',
    'redis://100%:x@valkey',
  ])('refuses %j as REDIS_URL', (REDIS_URL) => {
    expect(() => parseConfig({ DATABASE_URL, REDIS_URL })).toThrow(
      'REDIS_URL: expected a URL like redis://user:password@host:6379',
    );
    expect(parseConfig({ DATABASE_URL, REDIS_URL: 'redis://user:p%40ss@valkey' })).toBeDefined();
  });

  it('treats an empty variable as one that is not set', () => {
    expect(parseConfig({ DATABASE_URL, PORT: '' }).PORT).toBe(3000);
  });
});
