import { expect, test } from "vitest";

import { reprogramClosing } from "../../../src/cli/screen/reprogram-closing.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import type { RunState } from "../../../src/journal/state.ts";
import { selfSettings } from "../../../src/loop/reprogram/presets.ts";
import { reprogramTask } from "../../../src/loop/reprogram/reprogram-task.ts";
import type { Generation } from "../../../src/loop/reprogram/self-experiment.ts";
import { startedEvent } from "../../journal/arbitrary-run.ts";
import { begun, proposed, scored } from "../../journal/simple-trial.ts";

const settings = selfSettings("tiny", {
  arm: "model",
  seed: 0,
  backend: { name: "native", threads: 1 },
  pruner: "none",
});

test("generations stand beside each other with the loss that figure 2 of the paper is of", () => {
  const begin = startedEvent("minimize") as Extract<RunEvent, { type: "run.started" }>;
  const state = [
    { ...begin, task: reprogramTask(settings) },
    proposed(0),
    begun(0),
    scored(0, 3, "keep"),
  ].reduce<RunState | null>(reduce, null) as RunState;
  const generations = [generation(0, [3, 2, 1]), generation(1, [2, 1, 0.75])];
  const nothing = { candidates: [], writer: null, updates: [], finals: { best: [], initial: [] } };
  const files = { report: "report.html", champion: "champion", diff: "" };
  const said = reprogramClosing(
    { state, result: { settings, generations, ...nothing }, files, figures: "figures" },
    "here",
  );
  const lines = said.split("\n");
  const rows = lines.slice(
    lines.findIndex((line) => line.includes("generation mean training loss validation loss")) + 1,
  );
  expect(rows.slice(0, 2).map((row) => row.trim().split(/\s+/).slice(0, 3))).toEqual([
    ["0", "2.0000", "0.5000"],
    ["1", "1.2500", "0.5000"],
  ]);
});

const generation = (number: number, losses: number[]): Generation => ({
  generation: number,
  source: "",
  sameAs: null,
  losses,
  validationLoss: 0.5,
  parameters: 1e6,
  multiplications: 1e9,
  cpuSeconds: 1,
});
