import type { Host } from "./types";

/** Answers one command. */
export type Answer = (args: never) => unknown;

/** A host without a window: each command is answered by a function. For tests only. */
export function memoryHost(
  answers: Record<string, Answer>,
): Host & { calls: { command: string; args: unknown }[] } {
  const calls: { command: string; args: unknown }[] = [];
  return {
    calls,
    async call(command, args) {
      calls.push({ command, args });
      const answer = answers[command];
      if (!answer)
        throw { code: "no_such_command", params: {}, detail: `There is no command “${command}”.` };
      return await answer(args as never);
    },
    startup: () => Promise.resolve({ file: null, example: false, automated: false }),
    work: () => Promise.resolve(null),
    stopWork: () => Promise.resolve(),
    onOpenFile: () => Promise.resolve(() => undefined),
    chooseFile: () => Promise.resolve(null),
    chooseOther: () => Promise.resolve(null),
    chooseFolder: () => Promise.resolve(null),
    chooseSavePath: () => Promise.resolve(null),
  };
}
