import {
  type Args,
  type ChangeName,
  type CommandName,
  type Result,
  ProblemError,
  asProblem,
  call,
} from "../api/client";
import type { Changed, Consequence, Problem, Status, WorkspaceStatus } from "../api/generated";
import { fileName } from "../format";
import { notices } from "./notices.svelte";
import { askAgain } from "./query.svelte";

/** The open workspace as the whole window sees it, and the one way to change it. */
class Session {
  status = $state.raw<Status | null>(null);
  /** What follows from the record on screen; `null` where no record is. */
  consequence = $state.raw<readonly Consequence[] | null>(null);
  #tail: Promise<unknown> = Promise.resolve();
  #changed = new Set<string>();
  #settling: Promise<void> | null = null;
  #asked = 0;

  get workspace(): WorkspaceStatus | null {
    return this.status?.workspace ?? null;
  }

  /** Whether nothing can be changed: the file is only read, or the workspace is shown as it was. */
  get readOnly(): boolean {
    const ws = this.workspace;
    return ws !== null && (ws.read_only !== null || (ws.past ?? null) !== null);
  }

  get currency(): string {
    return this.workspace?.currency ?? "";
  }

  /** Asks for the status. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked;
    const status = await call("status", {});
    if (turn === this.#asked) this.status = status;
  }

  /** Opens, makes or closes a workspace. */
  async enter<
    K extends
      | "new_workspace"
      | "open"
      | "open_read_only"
      | "open_example"
      | "close"
      | "forget_recent"
      | "look_back"
      | "look_now"
      | "restore_backup",
  >(command: K, args: Args<K>): Promise<void> {
    const status = (await call(command, args)) as Status;
    this.#asked++;
    this.status = status;
    this.consequence = null;
    const copy = ["forget_recent", "look_back", "look_now"].includes(command)
      ? null
      : status.workspace?.copy;
    if (copy != null) {
      notices.say(`This file was of an older format. A copy of it as it was: ${fileName(copy)}.`);
    }
    // Another workspace in place of the one on screen.
    if (status.workspace) await askAgain(null);
  }

  /**
   * Changes the workspace. Changes run one after the other in the order they were made; the promise resolves when the
   * views show the result, and rejects with a `ProblemError` when it could not be done.
   */
  async change<K extends ChangeName>(command: K, args: Args<K>): Promise<Changed> {
    const turn = this.#tail.then(
      () => call(command as CommandName, args as Args<CommandName>) as Promise<Changed>,
    );
    this.#tail = turn.then(
      (done) => done.tags.forEach((t) => this.#changed.add(t)),
      () => undefined,
    );
    this.#settling ??= this.#settle();
    const done = await turn;
    await this.#settling;
    return done;
  }

  /** Like `change`, for commands whose failure is told in a notice; answers whether it was done. */
  async tryChange<K extends ChangeName>(command: K, args: Args<K>): Promise<Changed | null> {
    try {
      return await this.change(command, args);
    } catch (e) {
      notices.problem(asProblem(e));
      return null;
    }
  }

  /** Takes the last step back. */
  async undo(): Promise<void> {
    const what = this.workspace?.undo;
    if (what == null || this.readOnly) return;
    if (await this.tryChange("undo", {})) notices.say(`Taken back: ${what}.`);
  }

  /** Does the last undone step again. */
  async redo(): Promise<void> {
    const what = this.workspace?.redo;
    if (what == null || this.readOnly) return;
    if (await this.tryChange("redo", {})) notices.say(`Done again: ${what}.`);
  }

  async #settle(): Promise<void> {
    try {
      let seen: Promise<unknown>;
      do {
        seen = this.#tail;
        await seen;
        if (this.#tail !== seen) continue;
        const changed = this.#changed;
        if (changed.size === 0) continue;
        this.#changed = new Set();
        await Promise.all([this.refresh(), askAgain(changed)]);
      } while (this.#tail !== seen || this.#changed.size > 0);
    } catch (e) {
      notices.problem(asProblem(e));
    } finally {
      this.#settling = null;
    }
  }
}

export const session = new Session();

/** The problem behind a rejected change. */
export function problemOf(e: unknown): Problem {
  return e instanceof ProblemError ? e.problem : asProblem(e);
}

export type { Result };
