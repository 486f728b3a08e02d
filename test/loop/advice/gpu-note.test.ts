import { expect, test } from "vitest";

import { gpuHint, gpuNotes } from "../../../src/loop/advice/gpu-note.ts";

const TORCH = { "train.py": 'device = "cuda" if torch.cuda.is_available() else "cpu"\n' };
const RUN = { kind: "command", argv: ["python3", "train.py"], env: {}, mounts: [] } as const;
const HERE = { run: RUN, tier: "bubblewrap" };

test("a program that speaks of the machine's GPU is told how to be shown it", () => {
  expect(gpuNotes(TORCH, HERE, true)).toEqual([expect.stringContaining("gpu: true")]);
});

test("nothing is said without a GPU, where it is seen, and of a program that speaks of none", () => {
  expect(gpuNotes(TORCH, HERE, false)).toEqual([]);
  expect(gpuNotes(TORCH, { ...HERE, tier: "none" }, true)).toEqual([]);
  expect(gpuNotes(TORCH, { ...HERE, run: { ...RUN, gpu: true } }, true)).toEqual([]);
  expect(gpuNotes({ "train.py": "gpus = barracudas\n" }, HERE, true)).toEqual([]);
});

test.each([
  "RuntimeError: Found no NVIDIA driver on your system.",
  "RuntimeError: No CUDA GPUs are available",
  "RuntimeError: CUDA error: no CUDA-capable device is detected",
])("a program that fails with %j hears whether the machine has a GPU, and how to be shown it", (said) => {
  expect(gpuHint(said, HERE, false)).toContain("no GPU on this machine");
  expect(gpuHint(said, HERE, true)).toContain("gpu: true");
  expect(gpuHint(said, { ...HERE, run: { ...RUN, gpu: true } }, true)).toContain("strop doctor");
  expect(gpuHint(said, { ...HERE, tier: "none" }, true)).toContain("strop doctor");
  expect(gpuHint("RuntimeError: no such device", HERE, false)).toBeUndefined();
});
