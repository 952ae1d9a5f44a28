import { parseProgram } from '../command/program';
import { createStartProgram, type StartOptions } from './start-program';

async function parse(args: string[], environment = {}): Promise<StartOptions> {
  let parsed: StartOptions | undefined;
  const program = createStartProgram(environment, async (options) => {
    parsed = options;
  });
  await parseProgram(program, args);
  return parsed!;
}

describe('the options of npm start', () => {
  it('has six instances and 200,000 reviews at 8080 by default', async () => {
    const { ports, ...options } = await parse([]);

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

  it('takes short forms of large numbers', async () => {
    expect(await parse(['--reviews', '1M', '--port=9000'])).toMatchObject({
      reviews: 1_000_000,
      reviewsGiven: true,
    });
  });

  it('starts empty when asked to, and never seeds a database of the user unasked', async () => {
    const environment = { DATABASE_URL: 'postgres://me@db/mine' };
    expect((await parse(['--reviews', '0'])).reviews).toBe(0);
    expect((await parse([], environment)).reviews).toBe(0);
    expect((await parse(['--reviews', '5k'], environment)).reviews).toBe(5_000);
  });

  it.each([
    [
      ['--instances', '0'],
      "'--instances <number>' argument '0' is invalid. Expected a whole number from 1 to 32.",
    ],
    [['--instances', '33'], 'Expected a whole number from 1 to 32.'],
    [['--instances', 'six'], 'Expected a whole number from 1 to 32.'],
    [['--port', '0'], 'Expected a whole number from 1 to 65434.'],
    [['--port', '65435'], 'Expected a whole number from 1 to 65434.'],
    [
      ['--reviews', 'ten'],
      "'--reviews <number>' argument 'ten' is invalid. Expected a whole number",
    ],
    [['--reviews', '-1'], 'Expected a whole number from 0'],
    [['--reviews=-1'], 'Expected a whole number from 0'],
    [['--data', ''], "'--data <folder>' argument '' is invalid. Expected the path"],
    [['--bogus'], "unknown option '--bogus'"],
    [['--review', '1M'], "unknown option '--review'. Did you mean --reviews?"],
    [['extra'], 'too many arguments'],
  ])('refuses %j in one line', async (args, expected) => {
    const error: Error = await parse(args).then(
      () => new Error('It was not refused'),
      (refusal) => refusal,
    );
    expect(error.message).toContain(expected);
    expect(error.message).toMatch(/^[^\n]*\(npm start -- --help\)$/);
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
  ])('refuses %j, and never repeats a password', async (environment, expected) => {
    await expect(parse([], environment)).rejects.toThrow(expected);
    await expect(parse([], environment)).rejects.not.toThrow('hunter2');
  });
});
