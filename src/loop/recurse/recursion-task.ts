/** A recursion as the journal and every reader of runs know tasks: the program is the improver, the metric its meta-utility. */
import type { JsonObject } from "../../core/json.ts";
import type { Task } from "../../core/task.ts";
import { IMPROVER_FILE } from "./recursion.ts";
import type { RecursionSettings } from "./settings.ts";

export const META_UTILITY = "meta_utility";

export const recursionTask = (settings: RecursionSettings): Task => ({
  name: `recurse ${settings.tasks.map(({ name }) => name).join(" + ")}`,
  program: [IMPROVER_FILE],
  environment: [],
  run: { kind: "module", module: IMPROVER_FILE, data: [] },
  // Never run as an action; what matters is that the host measures the score.
  evaluate: { kind: "module", module: IMPROVER_FILE, data: [] },
  holdout: undefined,
  check: undefined,
  metric: {
    name: META_UTILITY,
    direction: "maximize",
    pattern: undefined,
    file: undefined,
    deterministic: false,
  },
  budget: {
    trainSeconds: 60,
    clock: "wall",
    startupSeconds: 60,
    graceSeconds: 1,
    evaluateSeconds: 60,
    memoryBytes: 512 * 1024 * 1024,
    processes: 64,
    outputBytes: 1024 * 1024,
    diskBytes: 1024 * 1024,
  },
  parallel: 1,
  seed: settings.seed,
  proposer: "recursion",
  agenda: undefined,
  stop: { target: undefined, trials: settings.rounds + 1, hours: undefined, cost: undefined, stagnation: undefined },
  settings: JSON.parse(JSON.stringify(settings)) as JsonObject,
});
