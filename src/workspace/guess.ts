/** What `strop init` looks at, what it guesses of a program, and what it asks. */
import type { Direction } from "../core/task.ts";
import type { Toolchain } from "./host.ts";

/** What `strop init` asks; `metric` and `direction` are guesses that only the user can confirm. */
export interface InitAnswers {
  readonly program: readonly string[];
  readonly run: string;
  readonly metric: string;
  readonly direction: Direction;
  /** How the metric is printed, where not as `name: value`. */
  readonly pattern?: string | undefined;
  /** JSON file in the output folder that has it. */
  readonly file?: string | undefined;
  readonly trainSeconds: number;
  /** What has to pass before a score counts: a shell command. */
  readonly check?: string | undefined;
  /** What the run needs of this machine besides what every sandbox sees. */
  readonly toolchain?: Toolchain | undefined;
  /** Folders that every trial finds empty. */
  readonly scratch?: readonly string[] | undefined;
}

/** What is in a folder, for a guess. */
export interface Found {
  readonly files: readonly string[];
  /** Scripts of package.json. */
  readonly scripts: Readonly<Record<string, string>>;
  /** The folders of a monorepo's packages, as package.json has them: globs. */
  readonly workspaces: readonly string[];
  readonly python: string;
  /** The Makefile's text. */
  readonly makefile: string;
  /** A file's text, or "". */
  readonly read: (path: string) => string;
  /** A folder's files by name, or none. */
  readonly list: (path: string) => readonly string[];
}

export type Guess = Omit<InitAnswers, "metric" | "direction"> & Partial<InitAnswers>;
