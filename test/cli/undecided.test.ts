import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import { openJournal } from "../../src/journal/journal.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { begun, outcome, proposed, scored } from "../journal/simple-trial.ts";
import { strop } from "./strop.ts";
import { freshFolder } from "../fresh-folder.ts";

/** A run whose second trial looked better, was run again once beside the champion, and was cut off there. */
const folder = freshFolder();

beforeAll(() => {
  const journal = openJournal(join(folder, ".strop/runs/run-001/journal.db"), { create: true });
  journal.transaction(() => {
    const [baseline, other] = [journal.saveProgram({ a: "1\n" }), journal.saveProgram({ a: "2\n" })];
    const edit = { parent: baseline, candidate: other };
    journal.append({ ...startedEvent(), baseline } as ReturnType<typeof startedEvent>);
    for (const event of [proposed(0, { parent: null, candidate: baseline }), begun(0), scored(0, 6, "keep")])
      journal.append(event);
    for (const event of [proposed(1, edit), begun(1), { ...scored(1, 3), verdict: null }]) journal.append(event);
    for (const event of [proposed(2, edit), begun(2), scored(2, 9)]) journal.append(event);
    const terms = { opponent: 0, purse: "close", level: 0.01, reason: "looks better" } as const;
    journal.append({ type: "contest.opened", at: 0, trial: 1, ...terms });
    for (const [side, score] of [
      ["candidate", 3.5],
      ["champion", 4],
    ] as const)
      journal.append({
        type: "repeat.finished",
        at: 0,
        repeat: { of: 0, side, index: 0 },
        outcome: outcome({ score }),
      });
  });
  journal.close();
});

test.each(["log", "status"])("%s does not call a trial discarded that still waits for its verdict", async (command) => {
  const { stdout } = await strop([command], folder);
  expect(stdout).toMatch(/^ +#1 {2}check +3 .*undecided: gain 0\.5 over 1 pair so far/m);
  expect(stdout).toMatch(/^ +#2 {2}discard +9 /m);
});

test("show says why there is no verdict yet, and that the champion's score is the mean of its runs", async () => {
  expect((await strop(["show", "1"], folder)).stdout).toMatch(/^verdict +none yet; undecided: gain 0\.5 over 1 pair/m);
  const [status, champion] = await Promise.all([strop(["status"], folder), strop(["show", "champion"], folder)]);
  const score = /^val_bpb (\S+): nothing better found yet$/m.exec(status.stdout)?.[1];
  expect(score).toBeDefined();
  expect(score).not.toBe("6");
  expect(champion.stdout).toMatch(/^val_bpb +6$/m);
  expect(champion.stdout).toContain(`mean       ${score} of 2 runs`);
});

test("an empty diff says on standard error why it is one", async () => {
  const { code, stdout, stderr } = await strop(["diff"], folder);
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toBe("no edit of run-001 was kept: the best program is the baseline\n");
});

test("JSON counts the trials as the text does", async () => {
  const [text, json] = await Promise.all([strop(["status"], folder), strop(["status", "--json"], folder)]);
  expect(text.stdout).toContain("0 kept, 1 discarded, 0 invalid, 0 stopped, 1 in question");
  expect(JSON.parse(json.stdout)).toMatchObject({ counts: { scored: 2, kept: 0, discarded: 1, undecided: 1 } });
});
