/** What the product needs from the window it runs in; the tests put a fake in its place. */
export interface Host {
  /** Runs a command of the backend; rejects with a `Problem`. */
  call(command: string, args: unknown): Promise<unknown>;
  /** What the program was started with. */
  startup(): Promise<Startup>;
  /** The long work that is being done; `null` while there is none. */
  work(): Promise<Work | null>;
  /** Asks the work that is being done to stop. */
  stopWork(): Promise<void>;
  /** Tells when another start of the program hands over a file; answers how to stop. */
  onOpenFile(open: (path: string) => void): Promise<() => void>;
  /** Lets the user choose a workspace file. */
  chooseFile(): Promise<string | null>;
  /** Lets the user choose a file of another kind. */
  chooseOther(wanted: OtherFile): Promise<string | null>;
  /** Lets the user choose a folder. */
  chooseFolder(title: string): Promise<string | null>;
  /** Lets the user choose where a file is to be written. */
  chooseSavePath(wanted: SavePath): Promise<string | null>;
}

/** Long work that is being done. */
export interface Work {
  /** What is being done. */
  what: string;
  /** How much of it is done, 0 to 1; `null` where that is not known. */
  share: number | null;
}

/** What a dialog for another file than a workspace is asked for. */
export interface OtherFile {
  title: string;
  /** What kind of file, for people. */
  kind: string;
  /** Its endings, without the dot. */
  extensions: string[];
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

/** What the program was started with. */
export interface Startup {
  /** The file to open, if one was named. */
  file: string | null;
  /** Whether the example was asked for. */
  example: boolean;
  /** Whether a test drives the window; then nothing moves. */
  automated: boolean;
}
