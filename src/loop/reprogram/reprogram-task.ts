/** A self-programming run as the journal and every reader of runs know tasks: the program is a source that defines a model. */
import { bareTask } from "../../core/bare-task.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Metric, Task } from "../../core/task.ts";
import { lastTrial, type ReprogramSettings } from "./settings.ts";

/** The source's file in the program of every trial. */
export const SOURCE_FILE = "model.ts";

/**
 * T_max of a candidate's curve. Its clock is the share of training done, so that early stopping does the same on any machine.
 */
export const NOMINAL_SECONDS = 100;

export const reprogramTask = (settings: ReprogramSettings): Task =>
  bareTask({
    name: nameOf(settings),
    program: [SOURCE_FILE],
    run: { kind: "module", module: SOURCE_FILE, data: [] },
    // Never run as an action; what matters is that the host measures the score.
    evaluate: { kind: "module", module: SOURCE_FILE, data: [] },
    metric: metricOf(settings),
    budget: { trainSeconds: NOMINAL_SECONDS, clock: "cpu" },
    seed: settings.seed,
    proposer: PROPOSERS[settings.arm],
    judge: {
      rule: "strict",
      alpha: 0.05,
      maxRepeats: 0,
      margin: undefined,
      pruner: settings.pruner,
      // Few checks, and only the worst quarter goes: deep networks start slowly.
      checks: 4,
      percentile: 75,
      audit: 0,
    },
    stop: { trials: lastTrial(settings) + 1 },
    settings: JSON.parse(JSON.stringify(settings)) as JsonObject,
  });

/** As trials name who wrote them. */
export const PROPOSERS = { model: "code-model", random: "random-refinement", none: "nobody" } as const;

const nameOf = (settings: ReprogramSettings): string =>
  settings.experiment === "self" ? `reprogram self, ${settings.scale}` : `reprogram ${settings.dataset}`;

/** Deterministic: a seed belongs to the run, not to the candidate, as candidates are compared on equal terms. */
const metricOf = ({ experiment }: ReprogramSettings): Pick<Metric, "name" | "direction"> =>
  experiment === "self"
    ? { name: "few_shot_loss", direction: "minimize" }
    : { name: "selection_accuracy", direction: "maximize" };
