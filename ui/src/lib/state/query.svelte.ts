import { untrack } from "svelte";
import { type Args, type CommandName, type Result, asProblem, call } from "../api/client";
import type { Problem } from "../api/generated";

/** The queries that are on screen now; a change asks those again that show what changed. */
const live = new Set<Query<CommandName>>();

/** The answer to a query of the backend, asked again when what it shows has changed. */
export class Query<K extends CommandName> {
  value = $state.raw<Result<K> | null>(null);
  problem = $state.raw<Problem | null>(null);
  #args: Args<K> | null = null;
  #asked = 0;
  #answered = 0;

  /** `tags` are the tables it shows; without them every change concerns it. */
  constructor(
    readonly command: K,
    readonly tags: readonly string[] | null = null,
  ) {}

  /** Whether a change of these tables shows here. */
  concerns(changed: ReadonlySet<string>): boolean {
    return this.tags === null || this.tags.some((t) => changed.has(t));
  }

  /** Asks with these arguments. An answer that a later one has overtaken is dropped. */
  async ask(args: Args<K>): Promise<void> {
    this.#args = args;
    const turn = ++this.#asked;
    try {
      const value = await call(this.command, args);
      if (turn < this.#answered) return;
      this.#answered = turn;
      if (args === this.#args || turn === this.#asked) {
        this.value = value;
        this.problem = null;
      }
    } catch (e) {
      if (turn !== this.#asked) return;
      this.#answered = turn;
      this.value = null;
      this.problem = asProblem(e);
    }
  }

  /** Asks once more. */
  again(): Promise<void> {
    return this.#args === null ? Promise.resolve() : this.ask(this.#args);
  }

  /** Forgets the answer. */
  clear(): void {
    this.#args = null;
    this.#asked++;
    this.value = null;
    this.problem = null;
  }
}

/** A query for as long as the component is on screen; `args` may answer `null` while there is nothing to ask. */
export function liveQuery<K extends CommandName>(
  command: K,
  args: () => Args<K> | null,
  tags: readonly string[] | null = null,
): Query<K> {
  const query = new Query(command, tags);
  $effect(() => {
    live.add(query as unknown as Query<CommandName>);
    return () => live.delete(query as unknown as Query<CommandName>);
  });
  let before: string | null = null;
  $effect(() => {
    const now = args();
    untrack(() => {
      const key = now === null ? null : JSON.stringify(now);
      if (key === before) return;
      before = key;
      if (now === null) query.clear();
      else void query.ask(now);
    });
  });
  return query;
}

/** Asks every query on screen again that shows one of these tables. */
export async function askAgain(changed: ReadonlySet<string> | null): Promise<void> {
  await Promise.all(
    [...live].filter((q) => changed === null || q.concerns(changed)).map((q) => q.again()),
  );
}
