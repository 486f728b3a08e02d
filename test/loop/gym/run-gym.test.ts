import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { checkpointFile, curveFile, weightsFile } from "../../../src/loop/gym/gym-folder.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/nn/index.ts";
import { decodeWeights } from "../../../src/propose/policy/actor.ts";
import { settings, smallGym } from "./small-gym.ts";
import { freshFolder } from "../../fresh-folder.ts";

let folder = "";
beforeEach(() => void (folder = freshFolder()));

test("a training that is killed goes on from its last update, and ends as it would have without", async () => {
  const whole = await smallGym(join(folder, "whole"));
  const cut = join(folder, "cut");
  const child = spawn(process.execPath, [join(import.meta.dirname, "small-gym.ts"), cut], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  expect(signal).toBe("SIGKILL");
  const made: number[] = [];
  const rest = await smallGym(cut, { onOpened: (before) => void made.push(before) });
  expect(made).toEqual([2]);
  expect(rest.curve).toEqual(whole.curve);
  expect(await readFile(weightsFile(cut))).toEqual(await readFile(whole.weights));
  expect(await readFile(checkpointFile(cut))).toEqual(await readFile(checkpointFile(join(folder, "whole"))));
  expect(decodeWeights(await readFile(weightsFile(cut)))).toBeTypeOf("object");
  expect(await readFile(curveFile(cut), "utf8")).toContain("after the last trial");
}, 300_000);

test("other settings, a damaged checkpoint and a second session at a time are refused, and --fresh begins again", async () => {
  const played: [number, number][] = [];
  await smallGym(folder, { iterations: 1, onPlayed: (tasks, share) => void played.push([tasks, share]) });
  const training = played.filter(([tasks]) => tasks === settings.tasks).map(([, share]) => 6 * share);
  expect(training.map(Math.round)).toEqual([1, 2, 3, 4, 5, 6]);
  await expect(smallGym(folder, { settings: { ...settings, seed: 6 } })).rejects.toMatchObject({
    code: "gym.other-settings",
    message: expect.stringContaining("seed 5"),
  });
  const ended = await Promise.allSettled([smallGym(folder, { iterations: 2 }), smallGym(folder, { iterations: 2 })]);
  expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const { tensors, metadata } = decodeSafetensors(await readFile(checkpointFile(folder)));
  const notes = JSON.parse(metadata["gym"] ?? "") as object;
  for (const wrong of [{ settings: null }, { iteration: -1 }, { curve: [{ iteration: 0 }] }]) {
    const gym = JSON.stringify({ ...notes, ...wrong });
    await writeFile(checkpointFile(folder), encodeSafetensors({ tensors, metadata: { gym } }));
    await expect(smallGym(folder)).rejects.toMatchObject({ code: "gym.bad-checkpoint" });
  }
  const spoilt = Object.entries(tensors).map(([name, one]) => [
    name,
    { ...one, dtype: "float32", data: new Float32Array(one.data.length).fill(Number.NaN) },
  ]);
  await writeFile(checkpointFile(folder), encodeSafetensors({ tensors: Object.fromEntries(spoilt), metadata }));
  await expect(smallGym(folder, { iterations: 3 })).rejects.toMatchObject({ code: "gym.bad-checkpoint" });
  await writeFile(checkpointFile(folder), encodeSafetensors({ tensors: {}, metadata }));
  await expect(smallGym(folder, { iterations: 3 })).rejects.toMatchObject({ code: "nn.bad-checkpoint" });
  await writeFile(checkpointFile(folder), "no checkpoint at all");
  await expect(smallGym(folder)).rejects.toMatchObject({ code: "gym.bad-checkpoint" });
  const again = await smallGym(folder, { iterations: 1, fresh: true });
  expect(again.iteration).toBe(1);
}, 300_000);
