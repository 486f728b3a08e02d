import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { keepLearned, policyFile, readPolicy, weightsOfRun } from "../../../src/loop/folder/project-policy.ts";
import { encodeWeights, freshWeights, shippedWeights } from "../../../src/propose/policy/actor.ts";
import { policyProposer } from "../../../src/propose/policy/policy-proposer.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";
import { freshFolder } from "../../fresh-folder.ts";

let folder = "";
const run = () => join(folder, "runs/run-001");
beforeEach(async () => {
  folder = freshFolder();
  await mkdir(run(), { recursive: true });
});

test("a run begins with what the project has learned, and goes on with that whatever becomes of the project's file", async () => {
  const mine = freshWeights("mine");
  await writeFile(policyFile(folder), encodeWeights(mine));
  expect(await weightsOfRun(folder, run())).toEqual(mine);
  await writeFile(policyFile(folder), encodeWeights(freshWeights("another")));
  expect(await weightsOfRun(folder, run())).toEqual(mine);
  await rm(policyFile(folder));
  expect(await weightsOfRun(folder, run())).toEqual(mine);
});

test("a project without a file begins with the weights that strop comes with", async () => {
  expect(await weightsOfRun(folder, run())).toEqual(await shippedWeights());
});

test("what a run has learned becomes the project's, and nothing does of a run that has not learned", async () => {
  const weights = await weightsOfRun(folder, run());
  const simulate = (trials: number) =>
    simulateRun({
      proposer: policyProposer({ weights, batch: 4 }),
      program: { "main.py": "learning_rate = 0.01\nmomentum = 0.5\nwidth = 64\n" },
      score: (files) => files["main.py"]!.length,
      trials,
      seed: 1,
    });
  const [short, long] = [await simulate(2), await simulate(7)];
  const kept = (trials: typeof long.history) => keepLearned(folder, { run: "run-001", folder: run(), trials });
  expect(await kept(short.history)).toBe(false);
  await expect(readPolicy(policyFile(folder))).rejects.toMatchObject({ code: "policy.unreadable" });
  expect(await kept(long.history)).toBe(true);
  const learned = await readPolicy(policyFile(folder));
  expect(learned.metadata).toMatchObject({ from: "shipped", learnedIn: "run-001" });
  expect(learned.weights).not.toEqual(weights);
  expect(Object.keys(learned.weights)).toEqual(Object.keys(weights));
}, 60_000);

test("files that were made to do harm are refused: links, pipes, large ones, cut ones, other networks, numbers that are none", async () => {
  const file = join(folder, "evil.safetensors");
  const good = encodeWeights(await shippedWeights());
  const refused = async (code: string) => {
    await expect(readPolicy(file)).rejects.toMatchObject({ code });
    await rm(file);
  };
  await writeFile(file, good);
  expect((await readPolicy(file)).bytes).toEqual(Buffer.from(good));
  await rm(file);
  await symlink("/etc/passwd", file);
  await refused("policy.unreadable");
  execFileSync("mkfifo", [file]);
  await refused("policy.unreadable");
  await writeFile(file, Buffer.alloc(2 ** 20 + 1));
  await refused("policy.unreadable");
  await writeFile(file, good.subarray(0, good.length - 8));
  await refused("nn.bad-checkpoint");
  await writeFile(file, encodeWeights({ ...(await shippedWeights()), "norm.gain": new Float32Array(7) }));
  await refused("policy.weights");
  const [first = ""] = Object.keys(await shippedWeights());
  const spoiled = { ...(await shippedWeights()) };
  for (const weight of [Number.NaN, 3e38]) {
    spoiled[first] = spoiled[first]!.map(() => weight);
    await writeFile(file, encodeWeights(spoiled));
    await refused("policy.weights");
  }
});
