import { expect, test } from "vitest";

import { runTask } from "../../src/loop/research/run-task.ts";
import { withSecondLooks } from "../../src/propose/ensemble/second-look.ts";
import type { Proposer } from "../../src/propose/types.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { quadraticTask } from "./make-task.ts";
import { measureBy, PROGRAM } from "./noisy-program.ts";
import { eventsOf } from "./read-run.ts";

/** One edit that helps, once; then nothing. */
const once: Proposer = {
  name: "once",
  propose: ({ champion, history, pending }) =>
    Promise.resolve(
      [...history, ...pending].some(({ proposer }) => proposer === "once")
        ? null
        : {
            edit: { kind: "search-replace", blocks: [{ path: "train.ts", search: "width = 8", replace: "width = 7" }] },
            parent: champion.candidate,
            description: "width 8 → 7",
            detail: null,
          },
    ),
};

test.each([
  ["ends without what its pairs could not show", once, 1],
  ["looks at it again when nothing is left, with more pairs than a first look has", withSecondLooks(once), 2],
])("a run %s", async (_, proposer, trials) => {
  const task = quadraticTask({ metric: { name: "score" } }, { "train.ts": PROGRAM, "measure.ts": measureBy(1.2) });
  const { state } = await runTask(await loadTask(task.folder), { tier: "deno", proposer });
  expect(state.ended).toBe("the proposer has nothing left to propose");
  const judged = eventsOf(task.folder).flatMap((event) => (event.type === "trial.judged" ? [event.verdict] : []));
  expect(judged.map(({ decision }) => decision)).toEqual(["discard", "keep"].slice(0, trials));
  expect(state.counts.kept).toBe(trials);
  if (trials > 1) expect(judged[1]?.evidence?.pairs).toBeGreaterThan(12);
});
