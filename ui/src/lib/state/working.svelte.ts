import { host, type Work } from "../host";

/** A call that takes longer than this many milliseconds is shown. */
const SHOWN_AFTER_MS = 600;
/** How often is asked how far it is, in milliseconds. */
const ASKED_EVERY_MS = 200;

/** The long work that is being done, for the line that shows it. */
class Working {
  now = $state.raw<Work | null>(null);
  stopping = $state(false);
  /** How many dialogs are open; the line then stands in them. */
  dialogs = $state(0);
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Watches a call for as long as it runs. */
  async during<T>(call: Promise<T>): Promise<T> {
    this.#running++;
    this.#timer ??= setTimeout(() => void this.#look(), SHOWN_AFTER_MS);
    try {
      return await call;
    } finally {
      this.#running--;
      if (this.#running === 0) this.#end();
    }
  }

  /** Asks the work to stop; the call that does it then answers that nothing was changed. */
  async stop(): Promise<void> {
    this.stopping = true;
    await host.stopWork();
  }

  async #look(): Promise<void> {
    let work: Work | null;
    try {
      work = await host.work();
    } catch {
      // The call itself tells what went wrong; the line only does without its news.
      work = null;
    }
    if (this.#running === 0) return;
    this.now = work;
    if (work === null) this.stopping = false;
    this.#timer = setTimeout(() => void this.#look(), ASKED_EVERY_MS);
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.now = null;
    this.stopping = false;
  }
}

export const working = new Working();
