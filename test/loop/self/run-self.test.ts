import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import type { Edit } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { ownSource } from "../../../src/loop/self/own-source.ts";
import { runSelf } from "../../../src/loop/self/run-self.ts";
import type { Proposer } from "../../../src/propose/types.ts";
import { freshFolder } from "../../fresh-folder.ts";

let folder = "";
beforeEach(() => void (folder = freshFolder()));

const RACES = { draws: 2, trials: 12, cpuSeconds: 10 };

/** Proposes these edits, one after the other. */
const scripted = (edits: readonly Edit[]): Proposer => ({
  name: "scripted",
  propose: ({ trial, champion }) => {
    const edit = edits[trial - 1];
    return Promise.resolve(
      edit === undefined ? null : { edit, parent: champion.candidate, description: "scripted", detail: null },
    );
  },
});

const replace = (path: string, search: string, by: string): Edit => ({
  kind: "search-replace",
  blocks: [{ path, search, replace: by }],
});

async function run(edits: readonly Edit[]): Promise<{ trials: TrialRecord[]; patch: string | null }> {
  const trials: TrialRecord[] = [];
  const observer = { trialFinished: (trial: TrialRecord) => void trials.push(trial) };
  const options = { trials: edits.length, races: RACES, proposer: scripted(edits), observer, tier: "deno" } as const;
  const { patch } = await runSelf(folder, options);
  // What looks a little better is decided last.
  return { trials: trials.toSorted((a, b) => a.trial - b.trial), patch };
}

describe("strop on strop", () => {
  it("runs edits of the open zone, refuses those of the fixed zone, and applies nothing by itself", async () => {
    const { trials, patch } = await run([
      replace("src/propose/literals/tpe.ts", "STARTUP = 8", "STARTUP = 4"),
      replace("src/core/metric.ts", "export", "// export"),
      { kind: "whole-files", files: [{ path: "src/propose/../core/numerics/random.ts", text: "" }] },
      { kind: "whole-files", files: [{ path: "race.ts", text: "export default () => 1;" }] },
      replace(
        "src/propose/literals/tpe.ts",
        "import { parzen",
        'import { readFileSync } from "node:fs";\nimport { parzen',
      ),
    ]);
    const statuses = trials.map(({ trial, outcome }) => [trial, outcome?.status]);
    expect(statuses.slice(0, 2)).toEqual([
      [0, "scored"],
      [1, "scored"],
    ]);
    expect(trials).toHaveLength(6);
    for (const { outcome } of trials.slice(2)) expect(outcome?.status).toBe("invalid");
    expect(trials[0]?.outcome?.score).toBeGreaterThan(0.1);
    const { open } = await ownSource();
    expect(open["src/propose/literals/tpe.ts"]).toContain("STARTUP = 8");
    if (patch !== null) expect(readFileSync(patch, "utf8")).not.toContain("src/core");
  }, 60_000);

  it("calls a candidate that throws crashed, whatever it says of its score", async () => {
    const cheat = "export const tpe = (): Proposer => ({\n";
    const { open } = await ownSource();
    expect(open["src/propose/literals/tpe.ts"]).toContain(cheat);
    const { trials } = await run([
      replace("src/propose/literals/tpe.ts", cheat, `throw new Error("my score is 100");\n${cheat}`),
    ]);
    expect(trials[1]?.outcome).toMatchObject({ status: "crashed", score: null });
    expect(JSON.stringify(trials[1]?.outcome)).toContain("my score is 100");
  }, 60_000);

  it("ends a candidate that computes for ever by its CPU time: a busy machine ends none", async () => {
    const start = "const STARTUP = 8;";
    const { open } = await ownSource();
    expect(open["src/propose/literals/tpe.ts"]).toContain(start);
    const { trials } = await run([replace("src/propose/literals/tpe.ts", start, `${start}\nfor (;;);`)]);
    expect(trials.map(({ outcome }) => outcome?.reason)).toEqual(["", "used more than 10 s of CPU time"]);
    expect(trials[1]?.outcome?.status).toBe("timed-out");
  }, 600_000);

  it("does not go on when a file of the fixed zone was changed", async () => {
    await run([replace("src/propose/literals/tpe.ts", "STARTUP = 8", "STARTUP = 4")]);
    writeFileSync(join(folder, "src/core/metric.ts"), "export const isBetter = () => true;\n");
    await expect(run([replace("src/propose/literals/tpe.ts", "STARTUP = 8", "STARTUP = 5")])).rejects.toMatchObject({
      code: "environment.changed",
    });
  }, 60_000);
});
