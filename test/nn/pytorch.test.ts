/** Needs a Python with PyTorch: `python3`, or the one that STROP_TORCH_PYTHON names. Skipped without. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { operatorChecks } from "./operators.ts";
import { evaluateGradient, expectClose } from "./support.ts";

const python = process.env["STROP_TORCH_PYTHON"] ?? "python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

const numbered = (shape: readonly number[], data: ArrayLike<number>) => ({ shape, data: Array.from(data) });

describe.skipIf(!hasTorch)("the gradient agrees with PyTorch's in double precision", { timeout: 120_000 }, () => {
  test("of every operator, to a hundred-thousandth of its largest element", async () => {
    const requests: Record<string, unknown> = {};
    const found: Record<string, Readonly<Record<string, ArrayLike<number>>>> = {};
    for (const [name, check] of Object.entries(operatorChecks)) {
      const { point, weights, gradients } = await evaluateGradient(check);
      const inputs = Object.entries(point).map(([input, data]) => [input, numbered(check.shapes[input]!, data)]);
      const fixed = Object.entries(check.fixed ?? {}).map(([input, { shape, data }]) => [input, numbered(shape, data)]);
      requests[name] = {
        point: Object.fromEntries(inputs),
        fixed: Object.fromEntries(fixed),
        weights: Array.from(weights),
      };
      found[name] = gradients;
    }
    const script = fileURLToPath(new URL("pytorch.py", import.meta.url));
    const { stdout, stderr, status } = spawnSync(python, [script], {
      input: JSON.stringify(requests),
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    const expected = JSON.parse(stdout) as Record<string, Record<string, number[]>>;
    expect(Object.keys(expected).sort()).toEqual(Object.keys(operatorChecks).sort());
    for (const [name, gradients] of Object.entries(found))
      for (const [input, gradient] of Object.entries(gradients))
        expectClose(gradient, expected[name]![input]!, `${name}: gradient of ${input}`, 1e-5);
  });
});
