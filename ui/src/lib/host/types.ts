/** What the product needs from the window it runs in; the tests put a fake in its place. */
export interface Host {
  /** Runs a command of the backend; rejects with a `Problem`. */
  call(command: string, args: unknown): Promise<unknown>;
  /** The file the program was started with, if any. */
  startup(): Promise<{ file: string | null }>;
  /** Lets the user choose a workspace file. */
  chooseFile(): Promise<string | null>;
  /** Lets the user choose where a file is to be written. */
  chooseSavePath(wanted: SavePath): Promise<string | null>;
}

/** What a "save as" dialog is asked for. */
export interface SavePath {
  title: string;
  /** The place that is offered first. */
  suggested: string | null;
  /** What kind of file, for people. */
  kind: string;
  /** Its ending, without the dot. */
  extension: string;
}
