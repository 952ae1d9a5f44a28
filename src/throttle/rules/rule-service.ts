import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Logger } from '../../platform/telemetry/logger';
import type { QuotaService } from '../decide/quota-service';
import { compileRules } from './quota-policy';
import type { StoredRules } from './rule-repository';
import { type RuleSet, ruleSet } from './rule-schema';

/**
 * Keeps this instance's rules equal to the newest version in the database.
 *
 * Algorithm: every two seconds ± 20 %, the instance asks for the newest version, checks it, compiles
 * it, and replaces the rules by one reference, so each decision uses one version. All instances use
 * a new version within 2.4 s plus the time of one query. Bound: one small query per instance and
 * poll, which returns the document only when it is new. Failure: a version that does not pass the
 * check changes nothing; it is counted and logged once. While the database is unavailable, the rules
 * stay; an instance that starts then loads the last good ones from a file, if one is set.
 */
export interface RuleService {
  /** Loads the rules from the database, or else from the file, then polls. Never rejects. */
  start(): Promise<void>;
  close(): Promise<void>;
  /** Versions that did not pass the check. */
  readonly refusedVersions: number;
}

export interface RuleServiceOptions {
  quotas: QuotaService;
  /** The newest version if it is not `known`, else null. */
  findRules(known: number): Promise<StoredRules | null>;
  /** The file for the last good rules; undefined: none. */
  file: string | undefined;
  logger: Logger;
  /** 0–1 */
  random(): number;
  /** Calls `run` once after `delayMs`; calling the result cancels that. */
  schedule(run: () => void, delayMs: number): () => void;
}

const POLL_MS = 2_000;
const JITTER = 0.2;

export function createRuleService(options: RuleServiceOptions): RuleService {
  const { quotas, findRules, file, logger, random, schedule } = options;
  let seen = quotas.rules.version;
  let refusedVersions = 0;
  let cancelPoll = () => {};
  let underWay: Promise<void> = Promise.resolve();
  let closed = false;

  /** @returns false when the database could not be read */
  async function poll(): Promise<boolean> {
    try {
      const stored = await findRules(seen);
      if (stored) await applyVersion(stored);
      return true;
    } catch (error) {
      logger.debug({ err: error }, 'could not read the throttle rules');
      return false;
    }
  }

  async function applyVersion(stored: StoredRules): Promise<void> {
    seen = stored.version;
    const rules = check(stored);
    if (!rules) return;
    quotas.apply(compileRules(rules, stored.version, quotas.rules));
    logger.info({ rule_version: stored.version }, 'applied throttle rules');
    await save(stored.version, rules);
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
      'refused invalid throttle rules',
    );
    return null;
  }

  async function save(version: number, rules: RuleSet): Promise<void> {
    if (file === undefined) return;
    const unfinished = `${file}.${process.pid}`;
    try {
      await writeFile(unfinished, JSON.stringify({ version, rules }), { mode: 0o600 });
      await rename(unfinished, file);
    } catch (error) {
      logger.warn({ err: error }, 'could not save the throttle rules to THROTTLE_RULES_FILE');
    }
  }

  async function loadSaved(): Promise<void> {
    if (file === undefined) return;
    try {
      const { version, rules } = savedRules.parse(JSON.parse(await readFile(file, 'utf8')));
      quotas.apply(compileRules(rules, version, quotas.rules));
      seen = version;
      logger.warn({ rule_version: version }, 'applied throttle rules from THROTTLE_RULES_FILE');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.warn({ err: error }, 'could not load the throttle rules from THROTTLE_RULES_FILE');
    }
  }

  function schedulePoll(): void {
    if (closed) return;
    cancelPoll = schedule(
      () => {
        underWay = poll().then(schedulePoll);
      },
      POLL_MS * (1 + JITTER * (2 * random() - 1)),
    );
  }

  return {
    start: async () => {
      if (!(await poll())) await loadSaved();
      schedulePoll();
    },
    close: async () => {
      closed = true;
      cancelPoll();
      await underWay;
    },
    get refusedVersions() {
      return refusedVersions;
    },
  };
}

const savedRules = z.object({ version: z.int(), rules: ruleSet });
