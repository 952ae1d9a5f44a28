import { parseArgs } from 'node:util';
import { isPostgresUrl } from '../../src/platform/config';
import { argumentMistake, Refusal } from '../command/refusal';
import { parseCount } from '../seed/seed-arguments';

export const START_HELP = `Starts Starling on this machine: PostgreSQL, six instances, Nginx.

  npm start -- [options]

  --reviews N      how many reviews the first start makes up: 200k, 1M, 30M; 0 starts empty (default 200k)
  --instances N    from 1 to 32 (default 6)
  --port N         where Nginx listens (default 8080); the ports up to N + 101 belong to the rest
  --data DIR       where everything is kept (default .starling)
  --help           this

DATABASE_URL=postgres://… uses a server of your own: it is migrated, and gets made-up reviews only if --reviews asks
for them and it holds none.
NGINX_LIMIT_RATE=100000r/s NGINX_LIMIT_BURST=100000 THROTTLE=off let a load test from one address pass.
NGINX_TRUSTED_PEERS='set_real_ip_from 127.0.0.1;' believes a proxy on this machine (docs/guide/tls-and-addresses.md).
Ctrl-C stops all of it; a second Ctrl-C at once. docs/running.md says more.
`;

export interface StartOptions {
  /** How many to make up where there are none. By default none in a database of one's own. */
  reviews: number;
  /** Whether the number was asked for, or is the default. */
  reviewsGiven: boolean;
  instances: number;
  ports: Ports;
  data: string | undefined;
  databaseUrl: string | undefined;
  /** What Nginx accepts of one address, where it was set: a load test sends everything from one. */
  limitRate: string | undefined;
  limitBurst: number | undefined;
  /** The proxies in front of Nginx whose X-Forwarded-For is believed, as directives of Nginx's. */
  trustedPeers: string | undefined;
}

export interface Ports {
  nginx: number;
  postgres: number;
  nginxStatus: number;
  /** Counted from 1, as the instances' names are. */
  instance(number: number): number;
}

const INSTANCES_MAX = 32;
const POSTGRES_OFFSET = 100;
const STATUS_OFFSET = 101;
const LIMIT_MAX = 1_000_000;
const REVIEWS_MAX = 2_000_000_000;

/** @throws Refusal: one line that names the option, and what would be right */
export function parseStartOptions(
  args: string[],
  environment: NodeJS.ProcessEnv,
): StartOptions | 'help' {
  const values = parseOptions(args);
  if (values.help) return 'help';
  if (values.data === '') throw new Refusal('--data must name a folder');
  const databaseUrl = postgresUrl(environment.DATABASE_URL);
  return {
    reviews: parseCount(
      '--reviews',
      values.reviews ?? (databaseUrl ? '0' : '200k'),
      REVIEWS_MAX,
      0,
    ),
    reviewsGiven: values.reviews !== undefined,
    instances: wholeNumber('--instances', values.instances ?? '6', 1, INSTANCES_MAX),
    ports: portsFrom(wholeNumber('--port', values.port ?? '8080', 1, 65_535 - STATUS_OFFSET)),
    data: values.data,
    databaseUrl,
    limitRate: requestRate(environment.NGINX_LIMIT_RATE),
    limitBurst: environment.NGINX_LIMIT_BURST
      ? wholeNumber('NGINX_LIMIT_BURST', environment.NGINX_LIMIT_BURST, 1, LIMIT_MAX)
      : undefined,
    trustedPeers: realIpDirectives(environment.NGINX_TRUSTED_PEERS),
  };
}

/** Everything a start listens on, counted from one number. */
function portsFrom(base: number): Ports {
  return {
    nginx: base,
    postgres: base + POSTGRES_OFFSET,
    nginxStatus: base + STATUS_OFFSET,
    instance: (number) => base + number,
  };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        reviews: { type: 'string' },
        instances: { type: 'string' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${argumentMistake(error)} (npm start -- --help lists the options)`);
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new Refusal(`${option} must be a whole number from ${min} to ${max}, not '${text}'`);
  return value;
}

/** Not repeated in the message: it holds a password. */
function postgresUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!isPostgresUrl(text))
    throw new Refusal(
      'DATABASE_URL must be a URL like postgres://user:password@host:5432/database',
    );
  return text;
}

function requestRate(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[1-9]\d{0,6}r\/[sm]$/.test(text))
    throw new Refusal(`NGINX_LIMIT_RATE must be like 2000r/s or 100r/m, not '${text}'`);
  return text;
}

/** The same text as in nginx/container.env, and nothing else that Nginx would understand. */
function realIpDirectives(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^(\s*set_real_ip_from\s+[0-9A-Fa-f:.]+(\/\d{1,3})?\s*;)+\s*$/.test(text))
    throw new Refusal(
      `NGINX_TRUSTED_PEERS must be like 'set_real_ip_from 10.0.0.0/8; set_real_ip_from ::1;', not '${text}'`,
    );
  return text;
}
