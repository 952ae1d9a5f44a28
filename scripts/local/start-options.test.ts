import { parseStartOptions, type StartOptions } from './start-options';

const parse = (args: string[], environment = {}) =>
  parseStartOptions(args, environment) as StartOptions;

describe('the options of npm start', () => {
  it('has six instances and 200,000 reviews at 8080 by default', () => {
    const { ports, ...options } = parse([]);

    expect(options).toMatchObject({
      reviews: 200_000,
      reviewsGiven: false,
      instances: 6,
      data: undefined,
    });
    expect([ports.nginx, ports.instance(1), ports.instance(6), ports.postgres]).toEqual([
      8080, 8081, 8086, 8180,
    ]);
  });

  it('takes short forms of large numbers', () => {
    expect(parse(['--reviews', '1M', '--port=9000'])).toMatchObject({
      reviews: 1_000_000,
      reviewsGiven: true,
    });
  });

  it('starts empty when asked to, and never seeds a database of its own user unasked', () => {
    const environment = { DATABASE_URL: 'postgres://me@db/mine' };
    expect(parse(['--reviews', '0']).reviews).toBe(0);
    expect(parse([], environment).reviews).toBe(0);
    expect(parse(['--reviews', '5k'], environment).reviews).toBe(5_000);
  });

  it.each([
    [['--instances', '0'], '--instances must be a whole number from 1 to 32'],
    [['--instances', '33'], '--instances must be a whole number from 1 to 32'],
    [['--instances', 'six'], '--instances must be a whole number from 1 to 32'],
    [['--port', '0'], '--port must be a whole number from 1 to 65434'],
    [['--port', '65435'], '--port must be a whole number from 1 to 65434'],
    [['--reviews', 'ten'], '--reviews must be a whole number'],
    [['--reviews', '-1'], "Option '--reviews' argument is ambiguous"],
    [['--reviews=-1'], '--reviews must be a whole number from 0'],
    [['--data', ''], '--data must name a folder'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['extra'], "Unexpected argument 'extra'"],
  ])('refuses %j in one line', (args, expected) => {
    expect(() => parse(args)).toThrow(expected);
    try {
      parse(args);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it.each([
    [{ DATABASE_URL: 'mysql://root:hunter2@db/x' }, 'DATABASE_URL must be a URL like postgres://'],
    [{ NGINX_LIMIT_RATE: 'fast' }, 'NGINX_LIMIT_RATE must be like 2000r/s'],
    [{ NGINX_LIMIT_BURST: '-1' }, 'NGINX_LIMIT_BURST must be a whole number'],
    [{ NGINX_TRUSTED_PEERS: '10.0.0.0/8' }, "NGINX_TRUSTED_PEERS must be like 'set_real_ip_from"],
    [
      { NGINX_TRUSTED_PEERS: 'set_real_ip_from ::1; include x;' },
      'NGINX_TRUSTED_PEERS must be like',
    ],
  ])('refuses %j, and never repeats a password', (environment, expected) => {
    expect(() => parse([], environment)).toThrow(expected);
    expect(() => parse([], environment)).not.toThrow('hunter2');
  });
});
