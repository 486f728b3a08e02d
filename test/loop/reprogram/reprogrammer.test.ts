import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { strop } from "../../cli/strop.ts";
import { quadraticTask } from "../make-task.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { openBackend } from "../../../src/loop/reprogram/open-backend.ts";
import { reprogrammer } from "../../../src/loop/reprogram/reprogrammer.ts";
import type { Proposer } from "../../../src/propose/types.ts";
import { createCodeModel } from "../../../src/reprogram/code-model/code-model.ts";
import { createTokenizer } from "../../../src/reprogram/tokenizer/tokenizer.ts";
import { proposerContract } from "../../../src/testing/proposer-contract.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";
import { freshFolder } from "../../fresh-folder.ts";

const folder = freshFolder();

/** A model that has learned nothing: what it writes is no program, but it writes. */
const backend = await openBackend({ name: "native", threads: 1 });
const design = {
  model: { kind: "transformer", encoderLayers: 1, decoderLayers: 1, heads: 2, feedForward: 32 },
} as const;
const model = await createCodeModel(design, createTokenizer([]), { backend, scale: "tiny", seed: 1, length: 24 });
const file = join(folder, "model.safetensors");
writeFileSync(file, await model.save());
await model.close();

describe("the reprogrammer", () => {
  // A model reads what is as short as what it was trained on; the contract's programs are longer than this one's.
  const isAboutLongPrograms = (name: string) => /^(proposes edits that apply|goes on after)/.test(name);
  const checks = proposerContract(() => reprogrammer({ file, backend }));
  for (const check of checks.filter(({ name }) => !isAboutLongPrograms(name)))
    it(check.name, { timeout: 300_000 }, () => check.run());

  it("writes a short program anew, and the edit applies", { timeout: 300_000 }, async () => {
    const proposer = reprogrammer({ file, backend });
    const program = { "model.ts": "dense(16)\n", "long.ts": "x".repeat(100) };
    const { history } = await simulateRun({ proposer, program, score: () => 1, trials: 4, seed: 1 });
    expect(history.length).toBeGreaterThan(2);
    for (const { edit, candidate } of history.slice(1)) {
      expect(edit).toMatchObject({ kind: "whole-files", files: [{ path: "model.ts" }] });
      expect(candidate).not.toBe(null);
    }
  });

  it(
    "learns from what its edits earn, and from notes alone goes on as it would have",
    { timeout: 300_000 },
    async () => {
      const one = reprogrammer({ file, backend, learn: true });
      /** Other sessions from the proposals on that follow an update. */
      const sessions = [1, 9, 17].map((from) => ({ from, proposer: reprogrammer({ file, backend, learn: true }) }));
      const restarted: Proposer = {
        name: "reprogrammer",
        propose: async (context, signal) => {
          const session = sessions.findLast(({ from }) => from <= context.trial);
          return session === undefined ? null : session.proposer.propose(context, signal);
        },
      };
      const run = async (proposer: Proposer) => {
        const program = { "model.ts": "dense(16)\n" };
        const score = (files: ProgramFiles) => 100 + (files["model.ts"] ?? "").length;
        const { history } = await simulateRun({ proposer, program, score, trials: 19, seed: 1 });
        return history.map(({ edit, detail }) => ({ edit, detail: detail as JsonObject | null }));
      };
      const history = await run(one);
      const learned = history.flatMap(
        ({ detail }) => (detail?.["reprogrammer"] as JsonObject | undefined)?.["learned"] ?? [],
      );
      expect(learned).toMatchObject([
        { updates: 1, upTo: 8 },
        { updates: 2, upTo: 16 },
      ]);
      expect((learned[0] as JsonObject)["weights"]).not.toBe((learned[1] as JsonObject)["weights"]);
      expect(await run(restarted)).toEqual(history);
    },
  );

  it("says where a model comes from when there is none", async () => {
    const proposer = reprogrammer({ file: join(folder, "none"), backend });
    const run = simulateRun({ proposer, program: { "a.ts": "x" }, score: () => 1, trials: 1, seed: 1 });
    await expect(run).rejects.toThrow(
      expect.objectContaining({ code: "reprogram.no-model", hint: expect.stringMatching("strop reprogram self") }),
    );
  });

  it("proposes in strop run, from the file that it is given", { timeout: 300_000 }, async () => {
    const program = "export default () => ({ score: 1 });\n";
    const task = quadraticTask({ stop: { trials: 3 } }, { "train.ts": program });
    const wide = await createCodeModel(design, createTokenizer([]), { backend, scale: "tiny", seed: 1, length: 64 });
    writeFileSync(join(folder, "wide.safetensors"), await wide.save());
    await wide.close();
    const args = ["run", "--proposer", "reprogrammer", "--learn", "--code-model", join(folder, "wide.safetensors")];
    await strop(args, task.folder);
    const log = await strop(["log", "--all", "--json"], task.folder);
    expect(log.stdout).toContain('"proposer":"reprogrammer"');
    expect(log.stdout).toContain('"rollouts":[{');
    const refused = await strop(["run", "--proposer", "random", "--learn"], task.folder);
    expect(refused.stderr).toMatch("--learn: expected --proposer reprogrammer, found random");
    const missing = await strop(["run", "--proposer", "reprogrammer", "--fresh"], task.folder);
    expect(missing.stderr).toMatch("code-model.safetensors");
  });
});
