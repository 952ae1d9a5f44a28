import type { StopSwitch } from '../../scripts/local/stop-switch';

/** What `npm run bench:throttle` passes to each of its sections. */
export interface ThrottleBench {
  quick: boolean;
  /** A PostgreSQL server on this machine. Its user may create databases. */
  serverUrl: string;
  /** A folder for logs, which other users may traverse. */
  folder: string;
  stopping: StopSwitch;
}

export interface Section {
  title: string;
  /** Markdown. */
  lines: string[];
  goals: Goal[];
  /** The raw figures, for the JSON file. */
  figures: unknown;
}

/**
 * One row of the table at the end: the goal, Starling's result, and the results of the other
 * limiters.
 */
export interface Goal {
  goal: string;
  reached: string;
  met: boolean;
  rateLimiterFlexible?: string;
  expressRateLimit?: string;
}

/**
 * Registers something that must be stopped at the end. It is registered before it has started, so
 * that Ctrl-C in between waits for it. The caller may call `stop` earlier; otherwise it is called
 * at the end in any case.
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
      () => {}, // the caller has got the error
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
