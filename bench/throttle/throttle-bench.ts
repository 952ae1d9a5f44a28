import type { StopSwitch } from '../../scripts/local/stop-switch';

/** What every section of `npm run bench:throttle` is given. */
export interface ThrottleBench {
  quick: boolean;
  /** A PostgreSQL on this machine, whose user may create databases. */
  serverUrl: string;
  /** For logs; other users may pass through it. */
  folder: string;
  stopping: StopSwitch;
}

export interface Section {
  title: string;
  /** Markdown. */
  lines: string[];
  goals: Goal[];
  /** For the JSON. */
  figures: unknown;
}

/**
 * One row of the table at the end: what was wanted, what Starling reaches, and what others do in
 * its place.
 */
export interface Goal {
  goal: string;
  reached: string;
  met: boolean;
  rateLimiterFlexible?: string;
  expressRateLimit?: string;
}

/**
 * Starts something that must not be left behind. It is registered before it has started, so that
 * Ctrl-C in between waits for it; its user may call `stop` when it is done, and the bench
 * calls `stop` at the end in any case.
 */
export async function keep<Thing extends { stop(): Promise<void>; kill?(): void }>(
  { stopping }: Pick<ThrottleBench, 'stopping'>,
  name: string,
  starting: Promise<Thing>,
): Promise<Thing> {
  let started: Thing | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= starting.then(
      (thing) => thing.stop(),
      () => {}, // the caller has the error
    );
    return stopped;
  };
  stopping.onClose({ name, close: stop, kill: () => started?.kill?.() });
  started = await starting;
  return { ...started, stop };
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
