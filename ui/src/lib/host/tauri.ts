import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { open, save } from "@tauri-apps/plugin-dialog";
import type { Host } from "./types";

/** The desktop window. */
export const tauriHost: Host = {
  call: (command, args) => invoke("call", { command, args }),
  startup: () => invoke("startup"),
  work: () => invoke("work"),
  stopWork: () => invoke("stop_work"),
  onOpenFile: (open) => listen<string>("open-file", (event) => open(event.payload)),
  async chooseFile() {
    return await open({
      title: "Open a workspace",
      multiple: false,
      directory: false,
      filters: [{ name: "Mainstay workspace", extensions: ["mainstay"] }],
    });
  },
  chooseOther: ({ title, kind, extensions }) =>
    open({ title, multiple: false, directory: false, filters: [{ name: kind, extensions }] }),
  chooseFolder: (title) => open({ title, multiple: false, directory: true }),
  async chooseSavePath({ title, suggested, kind, extension }) {
    // A test cannot answer a dialog of the system; it takes the place that is offered.
    if (document.documentElement.dataset["automated"] === "true") return suggested;
    return await save({
      title,
      ...(suggested === null ? {} : { defaultPath: suggested }),
      filters: [{ name: kind, extensions: [extension] }],
    });
  },
};
