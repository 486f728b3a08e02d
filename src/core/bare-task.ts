/** The tasks of runs whose program is not run by the engine itself: other loops' runs, simulations, programs without a run. */
import type { Budget, Metric, ModuleAction, Task } from "./task.ts";

export interface BareTask extends Partial<Omit<Task, "metric" | "budget" | "stop">> {
  readonly name: string;
  readonly program: readonly string[];
  readonly proposer: string;
  readonly metric: Pick<Metric, "name" | "direction"> & Partial<Metric>;
  readonly budget?: Partial<Budget>;
  readonly stop?: Partial<Task["stop"]>;
}

/** With every key that a reader of tasks may look at; small limits, one trial at a time, seed 0, and no end but the given. */
export const bareTask = ({ metric, budget, stop, ...given }: BareTask): Task => ({
  environment: [],
  run: NEVER_RUN,
  evaluate: undefined,
  holdout: undefined,
  check: undefined,
  parallel: 1,
  seed: 0,
  agenda: undefined,
  ...given,
  metric: { pattern: undefined, file: undefined, deterministic: true, ...metric },
  budget: { ...SMALL, ...budget },
  stop: { target: undefined, trials: undefined, hours: undefined, cost: undefined, stagnation: undefined, ...stop },
});

const NEVER_RUN: ModuleAction = { kind: "module", module: "none.ts", data: [] };

const SMALL: Budget = {
  trainSeconds: 60,
  clock: "wall",
  startupSeconds: 60,
  graceSeconds: 1,
  evaluateSeconds: 60,
  memoryBytes: 512 * 2 ** 20,
  processes: 64,
  outputBytes: 2 ** 20,
  diskBytes: 2 ** 20,
};
