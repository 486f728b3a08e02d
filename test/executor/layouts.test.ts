import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { runTask } from "../../src/loop/research/run-task.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { makeTask } from "../loop/make-task.ts";
import { trialsOf } from "../loop/read-run.ts";

const bubblewrap = (await probeTiers()).find((report) => report.tier === "bubblewrap");
if (bubblewrap?.isAvailable !== true) console.warn(`skipped, no bubblewrap: ${bubblewrap?.reason ?? ""}`);

describe.skipIf(bubblewrap?.isAvailable !== true)("a folder of another system, without any config,", () => {
  const BLOCK = (body: string) => `import math\n# EVOLVE-BLOCK-START\n${body}# EVOLVE-BLOCK-END\nfrozen = 7.5\n`;

  test.each([
    ["a dictionary", "def evaluate(path):\n    return {'combined_score': of(path), 'validity': 1, 'error': 'none'}\n"],
    [
      "a result that openevolve would have to be installed for",
      "from openevolve.evaluation_result import EvaluationResult\nasync def evaluate(path):\n" +
        "    return EvaluationResult(metrics={'a': of(path) - 1, 'validity': 1 + of(path), 'ok': True}, artifacts={'log': 'x\\ncombined_score: 7\\ny'})\n",
    ],
  ])("runs in OpenEvolve's layout: the evaluator returns %s", async (_what, evaluate) => {
    const of =
      "import importlib.util\ndef of(path):\n    spec = importlib.util.spec_from_file_location('program', path)\n" +
      "    program = importlib.util.module_from_spec(spec)\n    spec.loader.exec_module(program)\n    return -abs(program.rate - 0.3)\n";
    const task = makeTask({ "initial_program.py": BLOCK("rate = 0.5\n"), "evaluator.py": of + evaluate });
    const { state } = await runTask(await loadTask(task.folder, { proposer: "random", stop: { trials: 6 } }), {
      tier: "bubblewrap",
    });
    expect(state.baselineScore).toBeCloseTo(-0.2);
    expect(state.champion?.score).toBeGreaterThan(-0.2);
    expect(state.best[0]?.outcome).toMatchObject({ reason: "", metrics: { validity: expect.any(Number) } });
    // Of the program only the block was touched.
    expect(trialsOf(task.folder).every(({ description }) => !description.includes("frozen"))).toBe(true);
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test("runs in ShinkaEvolve's layout; what it calls incorrect has no score", async () => {
    const evaluate = [
      "import argparse, json, os, runpy",
      "parser = argparse.ArgumentParser()",
      "parser.add_argument('--program_path')",
      "parser.add_argument('--results_dir')",
      "args = parser.parse_args()",
      "assert os.path.dirname(args.program_path), 'a path as ShinkaEvolve gives it has a folder'",
      "rate = runpy.run_path(args.program_path)['rate']",
      "correct = {'correct': rate >= 0.5, 'error': 'too low'}",
      "json.dump(correct, open(os.path.join(args.results_dir, 'correct.json'), 'w'))",
      "metrics = {'combined_score': rate, 'text_feedback': 'x\\ncombined_score: 7\\ny', 'public': {'twice': 2 * rate, 'told': 'x'}, 'private': {'secret': 1}}",
      "json.dump(metrics, open(os.path.join(args.results_dir, 'metrics.json'), 'w'))",
      "",
    ].join("\n");
    const task = makeTask({ "initial.py": BLOCK("rate = 0.5\n"), "evaluate.py": evaluate });
    const { state } = await runTask(await loadTask(task.folder, { proposer: "random", stop: { trials: 8 } }), {
      tier: "bubblewrap",
    });
    expect(state.baselineScore).toBe(0.5);
    expect(state.champion?.score).toBeGreaterThan(0.5);
    expect(state.best[0]?.outcome).toMatchObject({ reason: "", metrics: { twice: 2 * (state.champion?.score ?? 0) } });
    expect(state.best[0]?.outcome?.metrics).not.toHaveProperty("secret");
    const refused = trialsOf(task.folder).filter(({ outcome }) => outcome?.status === "crashed");
    expect(refused.map(({ outcome }) => outcome?.reason).join()).toContain("incorrect: too low");
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test.each([
    ["in its metrics", "return {'combined_score': 0.0, 'error': 'no\\nmodule'}"],
    ["in its artifacts", "return Result({'speed': 0, 'validity': 0.0}, {'error': 'no module'})"],
  ])("has no score where OpenEvolve's evaluator reports an error %s", async (_what, result) => {
    const evaluate =
      "import collections\nResult = collections.namedtuple('Result', 'metrics artifacts')\n" +
      `def evaluate(path):\n    ${result}\n`;
    const task = makeTask({ "initial_program.py": "x = 1\n", "evaluator.py": evaluate });
    await expect(runTask(await loadTask(task.folder), { tier: "bubblewrap" })).rejects.toMatchObject({
      code: "baseline.failed",
      message: expect.stringContaining("evaluate() found an error: no module"),
    });
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test("has no score where the program ends OpenEvolve's evaluator, whatever it has printed before", async () => {
    const evaluate = "import runpy\ndef evaluate(path):\n    runpy.run_path(path)\n    return {'combined_score': 1}\n";
    const program = "print('combined_score: 99')\nraise SystemExit\n";
    const task = makeTask({ "initial_program.py": program, "evaluator.py": evaluate });
    await expect(runTask(await loadTask(task.folder), { tier: "bubblewrap" })).rejects.toMatchObject({
      code: "baseline.failed",
      message: expect.stringContaining("called exit(None)"),
    });
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test("is scored as OpenEvolve scores it: without what is no number, by the evaluator's own Python, and though a thread hangs", async () => {
    const evaluate = [
      "import subprocess, sys, threading, time",
      "def evaluate(path):",
      "    threading.Thread(target=time.sleep, args=(1000,)).start()",
      "    printed = subprocess.run(['python3', '-c', 'import sys; print(sys.prefix)'], capture_output=True, text=True)",
      "    assert printed.stdout.strip() == sys.prefix, printed",
      "    return {'a': 1, 'b': 2.0, 'c': float('nan'), 'error': '', 'passed': True, 'combined_score': None}",
      "",
    ].join("\n");
    const task = makeTask({ "initial_program.py": "x = 1\n", "evaluator.py": evaluate });
    const loaded = await loadTask(task.folder, { budget: { trainSeconds: 20 }, stop: { trials: 1 } });
    const { state } = await runTask(loaded, { tier: "bubblewrap" });
    expect(state.baselineScore).toBe(1.5);
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test("says what OpenEvolve's evaluator threw, and at once, though a thread hangs", async () => {
    const evaluate = [
      "import threading, time",
      "def evaluate(path):",
      "    threading.Thread(target=time.sleep, args=(1000,)).start()",
      "    raise ValueError('no such benchmark')",
      "",
    ].join("\n");
    const task = makeTask({ "initial_program.py": "x = 1\n", "evaluator.py": evaluate });
    await expect(runTask(await loadTask(task.folder), { tier: "bubblewrap" })).rejects.toMatchObject({
      code: "baseline.failed",
      message: expect.stringMatching(/crashed: .*ValueError: no such benchmark/),
    });
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test.each([
    ["no verdict", {}, "incorrect: evaluate.py left no reason"],
    ["no score", { "correct.json": { correct: true } }, "expected a number combined_score"],
    ["a reason alone", { "correct.json": { correct: false, error: "too slow" } }, "incorrect: too slow"],
  ])("says of ShinkaEvolve's evaluator that it left %s", async (_what, files, reason) => {
    const evaluate = [
      "import json, os, sys",
      "results_dir = sys.argv[-1]",
      `for name, value in json.loads('${JSON.stringify(files)}').items():`,
      "    json.dump(value, open(os.path.join(results_dir, name), 'w'))",
      "",
    ].join("\n");
    const task = makeTask({ "initial.py": "x = 1\n", "evaluate.py": evaluate });
    await expect(runTask(await loadTask(task.folder), { tier: "bubblewrap" })).rejects.toMatchObject({
      code: "baseline.failed",
      message: expect.stringContaining(reason),
    });
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });

  test("runs in the autoresearch layout", async () => {
    const task = makeTask({
      "program.md": "Lower is better.",
      "prepare.py": "DATA = 1\n",
      "train.py":
        "from prepare import DATA\nlr = 0.5\nprint('---')\nprint(f'val_bpb: {abs(lr - 0.3) + DATA}')\nprint('peak_vram_mb: 12.0')\n",
    });
    const { state } = await runTask(await loadTask(task.folder, { proposer: "random", stop: { trials: 6 } }), {
      tier: "bubblewrap",
    });
    expect(state.baselineScore).toBeCloseTo(1.2);
    expect(state.champion?.score).toBeLessThan(1.2);
    expect(state.best[0]?.outcome?.metrics).toMatchObject({ peak_vram_mb: 12 });
    rmSync(join(task.folder, ".strop"), { recursive: true });
  });
});
