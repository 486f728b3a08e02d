import { expect, test } from "vitest";

import { recursionClosing } from "../../../src/cli/screen/recursion-closing.ts";
import { NO_TOKENS } from "../../../src/core/exchange.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import type { RunState } from "../../../src/journal/state.ts";
import { recursionTask } from "../../../src/loop/recurse/recursion-task.ts";
import { DEFAULT_RECURSION } from "../../../src/loop/recurse/settings.ts";
import { startedEvent } from "../../journal/arbitrary-run.ts";
import { begun, proposed, scored } from "../../journal/simple-trial.ts";

const settings = { ...DEFAULT_RECURSION, tasks: [{ name: "qap", options: {} }], rounds: 1 };

test("a gain that was shown is said of what, by how much and on what, and is tried on other tasks next", () => {
  const said = closing(0.8, { low: 0.1, high: 0.3 });
  expect(said).toContain("Improver 1 is better than the first, on test instances, in 20 new runs of each");
  expect(said).toContain("0.500 → 0.700, a difference of 0.200, 95 % interval 0.100 to 0.300");
  expect(said).toContain(
    "An improver is a program that makes others better; its score, 0 to 1, is that of its versions of qap programs",
  );
  expect(said).toMatch(/recurse table1 --from here +does it help/);
  expect(said).not.toContain("--copies");
});

test("where none was shown the next step is to look more sharply, and where there was none to look again", () => {
  const unsure = closing(0.8, { low: -0.1, high: 0.5 });
  expect(unsure).toContain("Improver 1 is not shown to be better than the first");
  expect(unsure).toContain("--fresh --copies 10");
  expect(unsure).not.toContain("table1");
  expect(closing(0.3)).toMatch(/no improver was better than the first[^]*--fresh --seed 1 /);
});

test("before the last round is done nothing is suggested of what it found", () => {
  expect(closing(null)).not.toMatch(/table1|--copies|--seed/);
});

test("what the programs of a language model tried is a step, and not for the built-in model", () => {
  const { state, files } = stateAfter(0.8);
  const used = state.models.byModel;
  const said = (model: string): string => {
    const counts = { calls: 1, failures: 0, cost: 0, unpriced: 0, estimated: 0, wallSeconds: 0 };
    const byModel = { ...used, [model]: { ...counts, usage: NO_TOKENS } };
    return recursionClosing(
      { state: { ...state, models: { ...state.models, byModel } }, files, calibration: null },
      "here",
    );
  };
  expect(said("ollama/qwen3")).toMatch(/recurse hacks --from here +what its programs tried/);
  expect(said("builtin")).not.toContain("hacks");
});

/** The first has 0.5 on validation; the second that score, or is not measured yet. */
const closing = (score: number | null, interval?: Gain): string =>
  recursionClosing({ ...stateAfter(score, interval), calibration: null }, "here");

interface Gain {
  readonly low: number;
  readonly high: number;
}

function stateAfter(score: number | null, interval?: Gain) {
  const begin = startedEvent("maximize") as Extract<RunEvent, { type: "run.started" }>;
  const events: RunEvent[] = [
    { ...begin, task: recursionTask(settings) },
    proposed(0),
    begun(0),
    scored(0, 0.5, "keep"),
    proposed(1),
    begun(1),
  ];
  if (score !== null) {
    const { outcome, ...last } = scored(1, score, score > 0.5 ? "keep" : "discard");
    const again: Record<string, number> =
      interval === undefined
        ? {}
        : { again_first: 0.5, again_champion: 0.7, again_gain_low: interval.low, again_gain_high: interval.high };
    events.push({ ...last, outcome: { ...outcome, metrics: again } });
  }
  const state = events.reduce<RunState | null>(reduce, null) as RunState;
  return { state, files: { report: "report.html", champion: "champion", diff: "" } };
}
