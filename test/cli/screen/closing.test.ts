import { expect, test, vi } from "vitest";

import { startedEvent } from "../../journal/arbitrary-run.ts";
import { wholeTrial } from "../../journal/simple-trial.ts";
import { printClosing } from "../../../src/cli/screen/closing.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import type { RunState } from "../../../src/journal/state.ts";
import { NOTHING_LEFT } from "../../../src/loop/research/research.ts";

test("random search is suggested to compare with where edits were tried and it would have some to try", () => {
  const tried = [startedEvent("minimize"), ...wholeTrial(0, 4, "keep"), ...wholeTrial(1, 5)];
  expect(closingOf(tried, "all 2 trials done")).toContain("--fresh --proposer random");
  expect(closingOf(tried, NOTHING_LEFT)).not.toContain("--proposer random");
  expect(closingOf(tried.slice(0, 4), "interrupted by the user")).not.toContain("--proposer random");
});

test("a run that has reached its target goes on to another", () => {
  const begin = startedEvent("minimize") as Extract<RunEvent, { type: "run.started" }>;
  const task = { ...begin.task, stop: { ...begin.task.stop, target: 4 } };
  const said = closingOf([{ ...begin, task }, ...wholeTrial(0, 4, "keep")], "val_bpb reached the target 4");
  expect(said).toMatch(/ --target <score> +go on from here$/m);
});

test("a metric's name turns nothing around in a run's last words", () => {
  const begin = startedEvent("minimize") as Extract<RunEvent, { type: "run.started" }>;
  const task = { ...begin.task, metric: { ...begin.task.metric, name: "a\u202eb\u0007" } };
  expect(closingOf([{ ...begin, task }, ...wholeTrial(0, 4, "keep")], "all 1 trial done")).toContain("a\\u{202e}b  4");
});

function closingOf(events: readonly RunEvent[], reason: string): string {
  const state = [...events, { type: "run.ended", at: 0, reason } as const].reduce<RunState | null>(reduce, null);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    const files = { report: "report.html", champion: "champion", diff: "" };
    printClosing({ state: state as RunState, files, taskFolder: ".", branch: null, json: false });
    return written.mock.calls.join("");
  } finally {
    written.mockRestore();
  }
}
