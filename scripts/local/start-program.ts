import { isPostgresUrl } from '../../src/platform/config';
import { absolutePath, count } from '../command/option-values';
import { createProgram } from '../command/program';
import { UserError } from '../command/user-error';

export interface StartOptions {
  /**
   * How many reviews to generate if there are none. The default is none in a database of the user.
   */
  reviews: number;
  /** Whether the user gave the number; otherwise it is the default. */
  reviewsGiven: boolean;
  instances: number;
  ports: Ports;
  data: string | undefined;
  databaseUrl: string | undefined;
  /**
   * What Nginx accepts from one address, if the user set it: a load test sends everything from one.
   */
  limitRate: string | undefined;
  limitBurst: number | undefined;
  /** The proxies in front of Nginx whose X-Forwarded-For it trusts, as directives of Nginx. */
  trustedPeers: string | undefined;
}

export interface Ports {
  nginx: number;
  postgres: number;
  nginxStatus: number;
  /** Instances are numbered from 1, as in their names. */
  instance(number: number): number;
}

const INSTANCES_MAX = 32;
const POSTGRES_OFFSET = 100;
const STATUS_OFFSET = 101;
const LIMIT_MAX = 1_000_000;
const PORT_MAX = 65_535 - STATUS_OFFSET;
const REVIEWS_MAX = 2_000_000_000;
const REVIEWS_DEFAULT = 200_000;

const NOTES = `DATABASE_URL=postgres://… uses your own server: npm start migrates it, and generates reviews only if
--reviews asks for them and it holds none.
NGINX_LIMIT_RATE=100000r/s NGINX_LIMIT_BURST=100000 THROTTLE=off admit a load test from one address.
NGINX_TRUSTED_PEERS='set_real_ip_from 127.0.0.1;' trusts a proxy on this machine
(docs/guide/tls-and-addresses.md).
Ctrl-C stops everything in order, a second Ctrl-C at once. docs/running.md has more.`;

/**
 * The command line of `npm start`.
 *
 * @param run gets the options once all of them, and the environment, are right
 */
export function createStartProgram(
  environment: NodeJS.ProcessEnv,
  run: (options: StartOptions) => Promise<void>,
) {
  return createProgram('npm start --', {
    summary: 'Starts Starling on this machine: PostgreSQL, six instances, Nginx.',
    notes: NOTES,
    examples: [
      'npm start',
      'npm start -- --reviews 0                 with an empty database',
      'npm start -- --reviews 1M --instances 2 --port 9000 --data /var/tmp/other',
    ],
  })
    .option(
      '--reviews <number>',
      'how many reviews the first start generates: 200k, 1M, 30M; 0 starts empty (default: 200k)',
      count(REVIEWS_MAX, 0),
    )
    .option('--instances <number>', `from 1 to ${INSTANCES_MAX}`, count(INSTANCES_MAX), 6)
    .option(
      '--port <number>',
      `where Nginx listens; the other parts use the ports up to this + ${STATUS_OFFSET}`,
      count(PORT_MAX),
      8080,
    )
    .option('--data <folder>', 'where everything is kept (default: .starling)', absolutePath)
    .action((options) => run(readOptions(options, environment)));
}

interface GivenOptions {
  reviews?: number | undefined;
  instances: number;
  port: number;
  data?: string | undefined;
}

/** @throws UserError: one line that names the variable and what it must be */
function readOptions(given: GivenOptions, environment: NodeJS.ProcessEnv): StartOptions {
  const databaseUrl = postgresUrl(environment.DATABASE_URL);
  return {
    reviews: given.reviews ?? (databaseUrl ? 0 : REVIEWS_DEFAULT),
    reviewsGiven: given.reviews !== undefined,
    instances: given.instances,
    ports: portsFrom(given.port),
    data: given.data,
    databaseUrl,
    limitRate: requestRate(environment.NGINX_LIMIT_RATE),
    limitBurst: requestBurst(environment.NGINX_LIMIT_BURST),
    trustedPeers: realIpDirectives(environment.NGINX_TRUSTED_PEERS),
  };
}

/** All ports of a start, counted from one number. */
function portsFrom(base: number): Ports {
  return {
    nginx: base,
    postgres: base + POSTGRES_OFFSET,
    nginxStatus: base + STATUS_OFFSET,
    instance: (number) => base + number,
  };
}

/** The message does not repeat the URL, which contains a password. */
function postgresUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!isPostgresUrl(text))
    throw new UserError(
      'DATABASE_URL must be a URL like postgres://user:password@host:5432/database',
    );
  return text;
}

function requestRate(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[1-9]\d{0,6}r\/[sm]$/.test(text))
    throw new UserError(`NGINX_LIMIT_RATE must be like 2000r/s or 100r/m, not '${text}'`);
  return text;
}

function requestBurst(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > LIMIT_MAX)
    throw new UserError(
      `NGINX_LIMIT_BURST must be a whole number from 1 to ${LIMIT_MAX}, not '${text}'`,
    );
  return value;
}

/** The same text as in nginx/container.env, and no other directive of Nginx. */
function realIpDirectives(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^(\s*set_real_ip_from\s+[0-9A-Fa-f:.]+(\/\d{1,3})?\s*;)+\s*$/.test(text))
    throw new UserError(
      `NGINX_TRUSTED_PEERS must be like 'set_real_ip_from 10.0.0.0/8; set_real_ip_from ::1;', not '${text}'`,
    );
  return text;
}
