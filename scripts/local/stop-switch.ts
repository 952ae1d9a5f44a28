interface Opened {
  name: string;
  close(): Promise<void> | void;
  kill(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Longer than one press of Ctrl-C takes to arrive on all ways. */
const SETTLE_MS = 100;

/**
 * Decides when to stop, and how. The first SIGINT, SIGTERM or SIGHUP aborts `signal`; `closeAll`
 * then closes everything, last opened first. A second one kills everything at once and ends this
 * process.
 *
 * One press of Ctrl-C arrives up to three times: the terminal signals this process, setup.mjs and
 * npm, and npm and setup.mjs pass their signals on. So setup.mjs passes signals on as messages, and
 * only one of the two kinds counts: signals if there were any, else messages. If setup.mjs is
 * killed with -9, its channel closes, and this process stops too.
 */
export class StopSwitch {
  /** Resolves when the user asks to stop, or a required process has failed. */
  readonly asked: Promise<void>;
  failure: Error | undefined;
  readonly #controller = new AbortController();
  readonly #opened: Opened[] = [];
  #signals = 0;
  #messages = 0;

  constructor(private readonly say: (line: string) => void) {
    this.asked = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        this.#signals += 1;
        this.#onRequest();
      });
    }
    process.on('message', () => {
      this.#messages += 1;
      this.#onRequest();
    });
    process.on('disconnect', () => {
      if (!this.signal.aborted) this.#begin('the command that started this has ended; stopping');
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onClose(opened: Opened): void {
    this.#opened.push(opened);
  }

  fail(error: Error): void {
    if (this.signal.aborted) return; // it ended because everything stops
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

  #onRequest(): void {
    if (!this.signal.aborted) this.#begin('stopping (again to stop at once)');
    else setTimeout(() => this.#killIfAskedTwice(), SETTLE_MS);
  }

  #begin(words: string): void {
    this.say(words);
    this.#controller.abort();
  }

  #killIfAskedTwice(): void {
    if ((this.#signals || this.#messages) < 2) return;
    for (const { kill } of this.#opened.toReversed()) kill();
    process.exit(130);
  }
}
