import { tauriHost } from "./tauri";
import type { Host } from "./types";

export type { Host, SavePath, Work } from "./types";

let current: Host = tauriHost;

/** The window the program runs in. */
export const host: Host = {
  call: (command, args) => current.call(command, args),
  startup: () => current.startup(),
  work: () => current.work(),
  stopWork: () => current.stopWork(),
  onOpenFile: (open) => current.onOpenFile(open),
  chooseFile: () => current.chooseFile(),
  chooseOther: (wanted) => current.chooseOther(wanted),
  chooseFolder: (title) => current.chooseFolder(title),
  chooseSavePath: (wanted) => current.chooseSavePath(wanted),
};

/** Puts another host in place of the window; for tests. */
export function useHost(other: Host): void {
  current = other;
}
