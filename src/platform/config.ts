import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * The only reader of `process.env`. It parses all settings once, before anything starts, and reports
 * all mistakes together: the name of each setting and what was expected. A message never repeats a
 * value, because a URL may hold a password. docs/running.md explains each setting.
 */
export type Config = Readonly<z.infer<typeof settings>>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const settings = z.object({
  DATABASE_URL: z
    .string('expected a URL like postgres://user:password@host:5432/database')
    .refine(isPostgresUrl, {
      error: 'expected a URL like postgres://user:password@host:5432/database',
    }),
  /**
   * Streaming replicas of that database, for public reads (read-replicas.ts): one URL per server,
   * separated by commas.
   */
  DATABASE_REPLICA_URLS: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((urls) => urls.every(isPostgresUrl), {
      error: 'expected URLs like postgres://user:password@host:5432/database, separated by commas',
    })
    .default([]),
  /** Where to listen. Inside a container: 0.0.0.0. */
  HOST: z
    .string()
    .refine((host) => isIP(host) !== 0 || host === 'localhost', 'expected an IP address')
    .default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  /** The name of this instance in `X-Served-By` and the log. */
  INSTANCE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'expected 1–64 characters of A-Z a-z 0-9 . _ -')
    .default(() => `${hostname().replace(/[^A-Za-z0-9._-]/g, '-')}-${process.pid}`.slice(-64)),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** The proxies whose `X-Forwarded-For` counts: addresses, networks, or Express's names for them. */
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => parts.every(isProxy), {
      error:
        'expected addresses or networks separated by commas, or loopback, linklocal, uniquelocal',
    })
    .default(['loopback']),
  /**
   * Reads are batched, so a few connections keep a core busy (postgres/settings.sh has the
   * arithmetic).
   */
  READ_CONNECTIONS: wholeNumber(1, 50).default(3),
  WRITE_CONNECTIONS: wholeNumber(1, 50).default(3),
  /** At the start: how long the process waits for a database that it cannot reach. */
  DATABASE_WAIT_MS: wholeNumber(0, 600_000).default(60_000),
  /** After SIGTERM: how long open requests may take before the process cuts them off. */
  SHUTDOWN_TIMEOUT_MS: wholeNumber(0, 600_000).default(10_000),
  /** Quotas: enforced (on), only counted (shadow), or none (off). */
  THROTTLE: z.enum(['on', 'shadow', 'off'], 'expected on, shadow or off').default('on'),
  /** How many addresses without a key the throttle remembers, at 40 bytes each. */
  THROTTLE_ADDRESSES_MAX: wholeNumber(8, 100_000_000).default(262_144),
  /** How many instances share the quotas, to assume until they have counted each other. */
  THROTTLE_INSTANCES: wholeNumber(1, 1_000).default(1),
  /**
   * How many reports from different networks, or from reporters that the store vouches for, hide a
   * review; at least two.
   */
  REPORTERS_TO_HIDE: wholeNumber(2, 1_000).default(3),
  /**
   * A Valkey or Redis through which the instances exchange what they have admitted. Without it they
   * use the database.
   */
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, {
      error: 'expected a URL like redis://user:password@host:6379',
    })
    .optional(),
  /** A file for the last good throttle rules, for a start without the database. */
  THROTTLE_RULES_FILE: z.string().optional(),
  /** New reviews are shown at once unless a check objects (auto), or wait for a moderator (manual). */
  MODERATION: z.enum(['auto', 'manual'], 'expected auto or manual').default('auto'),
  /**
   * Loads New Relic's agent, which itself reads other `NEW_RELIC_…` variables. Without it there is
   * no agent.
   */
  NEW_RELIC_LICENSE_KEY: z
    .string()
    .regex(/^[A-Za-z0-9]{40}$/, 'expected the 40 letters and digits of a license key')
    .optional(),
  NEW_RELIC_APP_NAME: z
    .string()
    .regex(/^[^;,]{1,100}$/, 'expected one name, without ; or ,')
    .default('Starling'),
  /** Serves a demo shop at `/`, which shows the widget (on), or a page with links (off). */
  DEMO_SHOP: z.enum(['on', 'off'], 'expected on or off').default('off'),
  LOADERIO_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9]{1,64}$/, 'expected 1–64 letters and digits')
    .optional(),
});

/** The settings of this process. @throws ConfigError like `parseConfig` */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/** For code that runs before errors can be reported. @returns null when a setting is not valid */
export function readConfigIfValid(): Config | null {
  return parse(process.env).data ?? null;
}

/**
 * Sets environment variables that are not set yet, for New Relic's agent, which reads the
 * environment itself. @returns the environment
 */
export function setInEnvironment(defaults: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return Object.assign(process.env, { ...defaults, ...process.env });
}

/** @throws ConfigError that lists every bad setting, one per line */
export function parseConfig(environment: NodeJS.ProcessEnv): Config {
  const result = parse(environment);
  if (result.success) return Object.freeze(result.data);
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`Starling cannot start with these settings:\n${lines.join('\n')}`);
}

function parse(environment: NodeJS.ProcessEnv) {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  return settings.safeParse(Object.fromEntries(given));
}

function wholeNumber(min: number, max: number) {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}

/** Refuses bad percent-encoding, because the client decodes it and would fail at each connection. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^rediss?:$/.test(protocol) && !/%(?![0-9a-f]{2})/i.test(username + password);
}

function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}
