import { expect, it } from "vitest";

import { bareTask } from "../../src/core/bare-task.ts";
import { openLoopRun } from "../../src/loop/loop-run.ts";
import { freshFolder } from "../fresh-folder.ts";

function runOf(metric: string, stropFolder: string) {
  const task = bareTask({
    name: `the task of ${metric}`,
    program: ["a.ts"],
    run: { kind: "module", module: "a.ts", data: [] },
    metric: { name: metric, direction: "maximize" },
    proposer: "nobody",
    settings: { rounds: metric.length },
  });
  return { stropFolder, task, program: { "a.ts": "export {};\n" }, tier: "deno", fresh: false, now: Date.now } as const;
}

it("a folder with a run of another kind is refused by what both measure, and a new run can begin beside it", () => {
  const folder = freshFolder();
  openLoopRun(runOf("meta_utility", folder)).close();
  const other = runOf("few_shot_loss", folder);
  expect(() => openLoopRun(other)).toThrow(
    /^expected a run that measures few_shot_loss at .*, found the task of meta_utility, which measures meta_utility$/,
  );
  openLoopRun({ ...other, fresh: true }).close();
  expect(openLoopRun(other).state()).toMatchObject({ run: "run-002" });
});
