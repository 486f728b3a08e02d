/** The shipped downstream tasks by name, and their options. */
import { StropError } from "../core/errors.ts";
import { createMaxCut } from "./max-cut.ts";
import { createParity, createParityNoise } from "./parity.ts";
import { createQap } from "./qap.ts";
import { createSat } from "./sat.ts";
import { type Start, searchStarts, starts } from "./starts/starts.ts";
import { createStringGrid } from "./string-grid.ts";
import type { DownstreamTask } from "./types.ts";

export interface DownstreamOptions {
  /** The hard variant, of parity, parity with noise, sat and max-cut. */
  readonly hard?: boolean;
  /** Parity, with and without noise: length of a sample, 1 to 64. */
  readonly bits?: number;
  /** Parity with noise: share of the training labels that are flipped, 0 to 0.5. */
  readonly noise?: number;
  /** `paper`: the published score of qap and max-cut, in place of strop's. */
  readonly formula?: "strop" | "paper";
  /** Every task: the solution to begin with; default `naive`. The instances and the score stay the same. */
  readonly start?: Start;
}

interface Shelf {
  /** Beside `start`. */
  readonly options: readonly (keyof DownstreamOptions)[];
  create(options: DownstreamOptions): DownstreamTask;
}

const TASKS = {
  "parity-noise": {
    options: ["hard", "bits", "noise"],
    create: ({ hard, bits, noise }) => createParityNoise({ hard, bits, noise }),
  },
  parity: { options: ["hard", "bits"], create: ({ hard, bits }) => createParity({ hard, bits }) },
  "string-grid": { options: [], create: () => createStringGrid() },
  qap: { options: ["formula"], create: ({ formula }) => createQap({ formula }) },
  sat: { options: ["hard"], create: ({ hard }) => createSat({ hard }) },
  "max-cut": { options: ["hard", "formula"], create: ({ hard, formula }) => createMaxCut({ hard, formula }) },
} as const satisfies Record<string, Shelf>;

export type DownstreamTaskName = keyof typeof TASKS;

/** In the paper's order: the task of §5.1, then those of Table 1. */
export const downstreamTaskNames = Object.freeze([
  "parity-noise",
  "string-grid",
  "qap",
  "sat",
  "max-cut",
  "parity",
]) as readonly DownstreamTaskName[];

/** Throws StropError `downstream.unknown-task` or `downstream.wrong-option`. */
export function createDownstreamTask(name: string, options: DownstreamOptions = {}): DownstreamTask {
  if (!Object.hasOwn(TASKS, name)) {
    throw new StropError("downstream.unknown-task", `expected a downstream task, found ${name}`, {
      hint: `Choose one of ${downstreamTaskNames.join(", ")}.`,
    });
  }
  const shelf: Shelf = TASKS[name as DownstreamTaskName];
  const { start = "naive", ...own } = options;
  for (const [option, value] of Object.entries(own)) {
    const isKnown = (shelf.options as readonly string[]).includes(option);
    if (value !== undefined && !isKnown) throw wrong(name, `option ${option}`, [...shelf.options, "start"]);
  }
  checkRanges(options);
  const task = shelf.create(own);
  return start === "naive" ? task : { ...task, seedSolution: searchStarts[name as DownstreamTaskName] };
}

function checkRanges({ bits, noise, formula, start = "naive" }: DownstreamOptions): void {
  const isWhole = bits === undefined || (Number.isInteger(bits) && bits >= 1 && bits <= 64);
  if (!isWhole) throw outside(`bits: expected a whole number from 1 to 64, found ${bits}`);
  if (noise !== undefined && !(noise >= 0 && noise <= 0.5))
    throw outside(`noise: expected a share from 0 to 0.5, found ${noise}`);
  if (formula !== undefined && formula !== "strop" && formula !== "paper")
    throw outside(`formula: expected strop or paper, found ${String(formula)}`);
  if (!starts.includes(start)) throw outside(`start: expected ${starts.join(" or ")}, found ${start}`);
}

const outside = (message: string): StropError => new StropError("downstream.wrong-option", message);

const wrong = (name: string, found: string, options: readonly string[]): StropError =>
  new StropError("downstream.wrong-option", `${name} has no ${found}`, {
    hint: `Its options: ${options.join(", ")}.`,
  });
