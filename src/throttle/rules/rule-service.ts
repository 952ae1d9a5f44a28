import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Logger } from '../../platform/telemetry/logger';
import type { QuotaService } from '../decide/quota-service';
import { compileRules } from './quota-policy';
import type { StoredRules } from './rule-repository';
import { type RuleSet, ruleSet } from './rule-schema';

/**
 * The rules in force, wherever they are published.
 *
 * Algorithm: the newest version is asked for each two seconds ± 20 %, checked, compiled, and put in
 * place of the one before as one reference, so each decision is made by one version. Six instances
 * have it within 2.4 s and an answer of the database. Bound: one small statement an instance and
 * poll; the document itself is read when it is new. Failure: what does not pass the check is
 * counted and logged, once a version, and changes nothing; without the database the rules stay, and
 * a start without it takes the last good ones from the disk.
 */
export interface RuleService {
  /** Reads the rules once, from the database, else from the disk. Never rejects. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** Versions that did not pass the check. */
  readonly refusedVersions: number;
}

export interface RuleServiceOptions {
  quotas: QuotaService;
  /** The newest version if it is not `known`, else null. */
  findRules(known: number): Promise<StoredRules | null>;
  /** Where the last good rules are kept; undefined: nowhere. */
  file: string | undefined;
  logger: Logger;
  /** 0–1 */
  random(): number;
  /** Calls `run` once in `delayMs`; the result takes that back. */
  schedule(run: () => void, delayMs: number): () => void;
}

const POLL_MS = 2_000;
const JITTER = 0.2;

export function createRuleService(options: RuleServiceOptions): RuleService {
  const { quotas, findRules, file, logger, random, schedule } = options;
  let seen = quotas.rules.version;
  let refusedVersions = 0;
  let takeBack = () => {};
  let underWay: Promise<void> = Promise.resolve();
  let closed = false;

  async function poll(): Promise<boolean> {
    try {
      const stored = await findRules(seen);
      if (stored) await take(stored);
      return true;
    } catch (error) {
      logger.debug({ err: error }, 'could not ask for throttle rules');
      return false;
    }
  }

  async function take(stored: StoredRules): Promise<void> {
    seen = stored.version;
    const rules = check(stored);
    if (!rules) return;
    quotas.apply(compileRules(rules, stored.version, quotas.rules));
    logger.info({ rule_version: stored.version }, 'throttle rules are in force');
    await keep(stored.version, rules);
  }

  function check({ version, rules }: StoredRules): RuleSet | null {
    const result = ruleSet.safeParse(rules);
    if (result.success) return result.data;
    refusedVersions += 1;
    logger.error(
      {
        rule_version: version,
        in_force: quotas.rules.version,
        reason: z.prettifyError(result.error),
      },
      'refused throttle rules',
    );
    return null;
  }

  async function keep(version: number, rules: RuleSet): Promise<void> {
    if (file === undefined) return;
    const unfinished = `${file}.${process.pid}`;
    try {
      await writeFile(unfinished, JSON.stringify({ version, rules }), { mode: 0o600 });
      await rename(unfinished, file);
    } catch (error) {
      logger.warn({ err: error }, 'could not keep the throttle rules on the disk');
    }
  }

  async function takeKept(): Promise<void> {
    if (file === undefined) return;
    try {
      const { version, rules } = keptRules.parse(JSON.parse(await readFile(file, 'utf8')));
      quotas.apply(compileRules(rules, version, quotas.rules));
      seen = version;
      logger.warn({ rule_version: version }, 'throttle rules are those kept on the disk');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.warn({ err: error }, 'could not take the throttle rules from the disk');
    }
  }

  function arm(): void {
    if (closed) return;
    takeBack = schedule(
      () => {
        underWay = poll().then(arm);
      },
      POLL_MS * (1 + JITTER * (2 * random() - 1)),
    );
  }

  return {
    start: async () => {
      if (!(await poll())) await takeKept();
      arm();
    },
    close: async () => {
      closed = true;
      takeBack();
      await underWay;
    },
    get refusedVersions() {
      return refusedVersions;
    },
  };
}

const keptRules = z.object({ version: z.int(), rules: ruleSet });
