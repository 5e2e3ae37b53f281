import { host } from "../host";
import { working } from "../state/working.svelte";
import type { Changed, Commands, Problem } from "./generated";

export type CommandName = keyof Commands;
export type Args<K extends CommandName> = Commands[K]["args"];
export type Result<K extends CommandName> = Commands[K]["result"];
/** The commands that write and answer with what they changed. */
export type ChangeName = {
  [K in CommandName]: Result<K> extends Changed ? (Changed extends Result<K> ? K : never) : never;
}[CommandName];

/** A problem on its way to whoever shows it. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ProblemError";
  }
}

/** Runs a command of the backend; throws a `ProblemError` when it could not be done. */
export async function call<K extends CommandName>(command: K, args: Args<K>): Promise<Result<K>> {
  try {
    return (await working.during(host.call(command, args))) as Result<K>;
  } catch (e) {
    throw new ProblemError(asProblem(e));
  }
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(e: unknown): Problem {
  if (e instanceof ProblemError) return e.problem;
  if (typeof e === "object" && e !== null && "detail" in e && typeof e.detail === "string") {
    const p = e as Partial<Problem> & { detail: string };
    return { code: p.code ?? "unexpected", params: p.params ?? {}, detail: p.detail };
  }
  const text = e instanceof Error ? e.message : typeof e === "string" ? e : "";
  return {
    code: "unexpected",
    params: {},
    detail:
      text === ""
        ? "Something unexpected happened; nothing was changed."
        : `Something unexpected happened: ${text}`,
  };
}
