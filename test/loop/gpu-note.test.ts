import { expect, test } from "vitest";

import { gpuNotes } from "../../src/loop/gpu-note.ts";

const TORCH = { "train.py": 'device = "cuda" if torch.cuda.is_available() else "cpu"\n' };

test("a program that asks for the machine's GPU is told that no sandbox shows it", () => {
  expect(gpuNotes(TORCH, "bubblewrap", true)).toEqual([expect.stringContaining("--unsafe-no-sandbox")]);
});

test("nothing is said without a GPU, without a sandbox, and of a program that asks for none", () => {
  expect(gpuNotes(TORCH, "bubblewrap", false)).toEqual([]);
  expect(gpuNotes(TORCH, "none", true)).toEqual([]);
  expect(gpuNotes({ "train.py": "gpus = barracudas\n" }, "bubblewrap", true)).toEqual([]);
});
