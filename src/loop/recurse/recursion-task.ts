/** A recursion as the journal and every reader of runs know tasks: the program is the improver, the metric its meta-utility. */
import { bareTask } from "../../core/bare-task.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Task } from "../../core/task.ts";
import { IMPROVER_FILE } from "./recursion.ts";
import type { RecursionSettings } from "./settings.ts";

const META_UTILITY = "meta_utility";

export const recursionTask = (settings: RecursionSettings): Task =>
  bareTask({
    name: `recurse ${settings.tasks.map(({ name }) => name).join(" + ")}`,
    program: [IMPROVER_FILE],
    run: { kind: "module", module: IMPROVER_FILE, data: [] },
    // Never run as an action; what matters is that the host measures the score.
    evaluate: { kind: "module", module: IMPROVER_FILE, data: [] },
    metric: { name: META_UTILITY, direction: "maximize", deterministic: false },
    seed: settings.seed,
    proposer: "recursion",
    stop: { trials: settings.rounds + 1 },
    settings: JSON.parse(JSON.stringify(settings)) as JsonObject,
  });
