/** What `strop init` guesses of a program, and what it asks. */
import type { Direction } from "../../core/task.ts";
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
  /** Whether the run is shown the machine's GPUs. */
  readonly gpu?: boolean | undefined;
  /** Folders that every trial finds empty, and files that it finds gone. */
  readonly scratch?: readonly string[] | undefined;
  /** Names of the benchmarks that are there besides the one that is run. */
  readonly others?: readonly string[] | undefined;
}

/** A file's name as one word of a shell command. */
export const shellWord = (name: string): string =>
  /^[\p{L}\p{N}_.+/-]+$/u.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;

/**
 * A program that has been built, with the number that it prints. Where it prints none its time is the score, measured
 * beside it and without what builds it.
 */
export const after = (
  build: string,
  program: string,
  printed: Pick<InitAnswers, "metric" | "direction" | "pattern"> | undefined,
): Pick<Guess, "run"> & Partial<Guess> =>
  printed === undefined
    ? { run: `${build} && bash -c '${TIMES} time ${program}'`, metric: "seconds" }
    : { run: `${build} && ${program}`, ...printed };

const TIMES = 'TIMEFORMAT="seconds: %R";';

export const isTimed = (run: string): boolean => run.includes(TIMES);

export type Guess = Omit<InitAnswers, "metric" | "direction"> & Partial<InitAnswers>;
