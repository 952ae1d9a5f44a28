interface Opened {
  name: string;
  close(): Promise<void> | void;
  kill(): void;
}

/**
 * When to stop, and how. The first SIGINT, SIGTERM or SIGHUP aborts `signal`, and `closeAll` then closes what was opened, last
 * opened first. A second signal kills it all at once and ends this process.
 */
export class StopSwitch {
  /** Settles when somebody wants an end, or something that must run has failed. */
  readonly asked: Promise<void>;
  failure: Error | undefined;
  readonly #controller = new AbortController();
  readonly #opened: Opened[] = [];

  constructor(private readonly say: (line: string) => void) {
    this.asked = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#onSignal());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onClose(opened: Opened): void {
    this.#opened.push(opened);
  }

  fail(error: Error): void {
    if (this.signal.aborted) return; // it ended because everything ends
    this.failure = error;
    this.#controller.abort();
  }

  async closeAll(): Promise<void> {
    this.#controller.abort();
    for (const { name, close } of this.#opened.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.say(`${name} could not be closed: ${(error as Error).message}`);
      }
    }
  }

  #onSignal(): void {
    if (!this.signal.aborted) {
      this.say('stopping (again to stop at once)');
      this.#controller.abort();
      return;
    }
    for (const { kill } of this.#opened.toReversed()) kill();
    process.exit(130);
  }
}
