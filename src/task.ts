/**
 * `strop/task`: what a program sees when it runs as a module (`run: { module: "train.ts" }`). Types only: the object
 * itself is made by the executor. Programs may import this module and `strop/nn`, and their own folder's files.
 */

/** Handed to the default export of a program: `export default async function train(trial: Trial)`. */
export interface Trial {
  /** Fresh per trial; use it for every random choice. */
  readonly seed: number;
  /** T_max in seconds, on the task's clock. */
  readonly trainSeconds: number;
  /** The files named by `data` in the config, by their path there. */
  readonly data: Readonly<Record<string, Uint8Array>>;
  /** Engine files for `strop/nn` (the ONNX runtime's WebAssembly), by name. */
  readonly assets: Readonly<Record<string, Uint8Array>>;
  /**
   * Report a finished step. The first call starts the budget's clock; call it every step or every few.
   * Resolves to the seconds left of T_max, measured by the host: stop training and save when they reach 0.
   */
  report(step: { readonly step: number; readonly loss: number }): Promise<{ readonly remainingSeconds: number }>;
  /** Leave a file for the evaluator. Names are letters, digits, `.`, `_` and `-`; a second save replaces the first. */
  save(name: string, bytes: Uint8Array): Promise<void>;
}

/** What the host measured of the program's run; the program had no say in it. */
export interface Measured {
  /** On the budget's clock, from the first reported step to the end. */
  readonly trainSeconds: number;
  /** Of all its processes, start included. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
}

/** Handed to the default export of an evaluator: `export default async function evaluate(evaluation: Evaluation)`. */
export interface Evaluation {
  /** The files named by `data` in the config: only the evaluator sees these. */
  readonly data: Readonly<Record<string, Uint8Array>>;
  readonly assets: Readonly<Record<string, Uint8Array>>;
  /** What the program saved, by name. Untrusted bytes. */
  readonly outputs: Readonly<Record<string, Uint8Array>>;
  /** The seed that the program was given, for inputs that follow from it. */
  readonly seed: number;
  readonly measured: Measured;
}

/** What an evaluator returns: numbers by name, the task's metric among them. Throw to call the program invalid. */
export type Scores = Readonly<Record<string, number>>;
