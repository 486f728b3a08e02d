import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { readAgenda } from "../../src/workspace/agenda.ts";
import { openEvolve } from "../../src/workspace/layouts/openevolve.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { rejection, scratch } from "./scratch.ts";

describe("a folder of another system", () => {
  const LAYOUT = { "program.md": "Go.", "prepare.py": "", "train.py": "print('val_bpb: 1.0')" };

  it("runs with the autoresearch layout, and says what was assumed", async () => {
    const { task, source, notes } = await loadTask(scratch(LAYOUT), { budget: { trainSeconds: 5 } });
    expect(source).toBe("autoresearch layout");
    expect(task).toMatchObject({
      program: ["train.py"],
      agenda: "program.md",
      run: { argv: ["python3", "train.py"], gpu: true },
      metric: { name: "val_bpb", direction: "minimize" },
      budget: { trainSeconds: 5, graceSeconds: 5, startupSeconds: 300 },
    });
    expect(notes.join("\n")).toMatch(/autoresearch layout[^]*train\.py[^]*val_bpb/);
  });

  const EVALUATOR = "def evaluate(program_path):\n    return {}\n";

  it("hides OpenEvolve's settings where they hold a key, and not where they name a variable", async () => {
    const files = {
      "initial_program.py": "",
      "evaluator.py": EVALUATOR,
      "config.yaml": "llm:\n  models:\n    - name: a\n      api_key: 'sk-4217'\n",
      "config_b.yaml": 'llm:\n  api_key: "${OPENAI_API_KEY}"\n  #api_key: sk-1\n',
      "config_c.yaml": "llm:\n  api_key:\n",
    };
    const { task, notes } = await loadTask(scratch(files));
    expect(task.hidden).toEqual(["config.yaml"]);
    expect(notes).toContain("config.yaml holds an API key, so no program is shown it");
  });

  it.each([
    ["", 300],
    ["llm:\n  timeout: 7\nevaluator: # slow\n\n  # at most\n  timeout: 60\ndatabase:\n  timeout: 8\n", 60],
    ["evaluator:\n  parallel_evaluations: 3\nprompt:\n  timeout: 9", 300],
    ["llm:\r\n  timeout: 7\r\nevaluator:\r\n  retries: 3\r\n  timeout: 60\r\n", 60],
  ])("runs with OpenEvolve's layout, for as long as its config.yaml says", async (yaml, trainSeconds) => {
    const layout = { "initial_program.rs": "fn main() {}", "evaluator.py": EVALUATOR, "config.yaml": yaml };
    const { task, source, notes } = await loadTask(scratch(layout));
    expect(source).toBe("OpenEvolve layout");
    expect(task).toMatchObject({
      program: ["initial_program.rs"],
      run: { argv: ["python3", "-c", expect.stringContaining("evaluator.evaluate("), "initial_program.rs"] },
      metric: { name: "combined_score", direction: "maximize" },
      budget: { trainSeconds, startupSeconds: 5, graceSeconds: 5 },
    });
    expect(notes.join("\n")).toMatch(/OpenEvolve layout[^]*initial_program\.rs[^]*self-reported/);
    expect(notes).toContainEqual(
      expect.stringContaining(trainSeconds === 300 ? "OpenEvolve's default" : "config.yaml's"),
    );
  });

  it("says of OpenEvolve's layout what may be edited, which number counts and what is not read", async () => {
    const notesOf = async (files: Record<string, string>) =>
      (await loadTask(scratch({ "initial_program.py": "", "evaluator.py": EVALUATOR, ...files }))).notes.join("\n");
    expect(await notesOf({})).toMatch(/no EVOLVE-BLOCK lines[^]*the mean of all numbers/);
    expect(await notesOf({})).not.toContain("config.yaml");
    const block = (open: string) => `${open}\nx = 1\n# EVOLVE-BLOCK-END\n`;
    expect(await notesOf({ "initial_program.py": block("# EVOLVE-BLOCK-START") })).toContain(
      "only what stands between its EVOLVE-BLOCK lines may be edited",
    );
    expect(await notesOf({ "initial_program.py": block("y = 2 # EVOLVE-BLOCK-START") })).toMatch(
      /all of which may be edited, because its EVOLVE-BLOCK-START is on no line of its own/,
    );
    const named = { "evaluator.py": `${EVALUATOR}# combined_score\n`, "config.yaml": "llm:\n" };
    expect(await notesOf(named)).toMatch(/metric combined_score, larger is better\n[^]*nothing else of config\.yaml/);
    const broken = { "config.yaml": "evaluator: {\n  timeout: 60\n" };
    expect(await notesOf(broken)).toMatch(/OpenEvolve's default[^]*config\.yaml is not read: Flow map/);
  });

  it("tells proposers what the system message of OpenEvolve's config.yaml asks for, and none of its keys", async () => {
    const yaml = (message: string) => `llm:\n  api_key: "sk-4217"\nprompt:\n  system_message: ${message}\n`;
    const asked = async (files: Record<string, string>) => {
      const folder = scratch({ "initial_program.py": "", "evaluator.py": EVALUATOR, ...files });
      const { task, notes } = await loadTask(folder);
      return { agenda: task.agenda, text: await readAgenda(folder, task), notes: notes.join("\n") };
    };
    const block = yaml("|\n    You pack circles.\n    Try hexagons.");
    expect(await asked({ "config.yaml": block })).toEqual({
      agenda: "config.yaml",
      text: "You pack circles.\nTry hexagons.",
      notes: expect.stringContaining("the system message of config.yaml is the agenda"),
    });
    expect(await asked({ "config.yaml": block, "program.md": "mine" })).toMatchObject({ text: "mine" });
    for (const named of ["system_message", "[a b, c]", ""])
      expect(await asked({ "config.yaml": yaml(named) })).toMatchObject({ agenda: undefined, text: "" });
    // What decides about scores stays frozen.
    const reader = { "evaluator.py": `${EVALUATOR}open("config.yaml")\n`, "config.yaml": block };
    expect(await asked(reader)).toMatchObject({
      agenda: undefined,
      notes: expect.stringContaining("program.md is the agenda"),
    });
  });

  it("refuses an agenda in YAML that has no system message, rather than tell proposers all of it", async () => {
    const error = await rejection(
      readAgenda(scratch({ "a.yaml": "llm:\n  api_key: sk-4217\n" }), { agenda: "a.yaml" }),
    );
    expect(error).toMatchObject({ code: "config.agenda", message: expect.not.stringContaining("sk-4217") });
  });

  it.each([
    ["a section that another is merged into", "it: &it\n  system_message: Pack circles.\nprompt:\n  <<: *it\n"],
    ["a key that is there twice", "prompt:\n  system_message: No use.\nprompt:\n  system_message: Pack circles.\n"],
  ])("reads config.yaml as OpenEvolve does, with %s", async (_what, yaml) => {
    expect(await readAgenda(scratch({ "a.yaml": yaml }), { agenda: "a.yaml" })).toBe("Pack circles.");
  });

  it.each([
    ["prompt:\n  system_message: 'Pack\n", "Missing closing 'quote at line 3, column 1"],
    [`a: &a [1]\nb: &b [*a${",*a".repeat(20)}]\nc: [*b${",*b".repeat(20)}]\n`, "Excessive alias count"],
    [`#${" ".repeat(250_000)}`, "it has more than 250000 characters"],
  ])("says why config.yaml cannot be read", async (yaml, problem) => {
    const folder = scratch({ "initial_program.py": "", "evaluator.py": EVALUATOR, "config.yaml": yaml });
    const { task, notes } = await loadTask(folder);
    expect(task.agenda).toBeUndefined();
    expect(notes).toContainEqual(expect.stringContaining(`config.yaml is not read: ${problem}`));
    const error = await rejection(readAgenda(folder, { agenda: "config.yaml" }));
    expect(error).toMatchObject({ code: "config.agenda", message: expect.stringContaining(problem) });
  });

  it("shows a layout's evaluator the compiler of its program, where it lies outside of what a sandbox sees", async () => {
    const tools = realpathSync(scratch({ "go/bin/go": "#!/bin/sh\n" }));
    chmodSync(join(tools, "go/bin/go"), 0o755);
    const path = process.env["PATH"];
    process.env["PATH"] = `${join(tools, "go/bin")}:${path}`;
    try {
      const layout = { "initial.go": "", "evaluate.py": "'--results_dir'\n" };
      const { task, notes } = await loadTask(scratch(layout));
      expect(task.run).toMatchObject({
        env: { PATH: expect.stringContaining(`${join(tools, "go/bin")}:`) },
        mounts: expect.arrayContaining([join(tools, "go")]),
      });
      expect(notes).toContainEqual(`the evaluator may call go, and read ${join(tools, "go")}`);
    } finally {
      process.env["PATH"] = path;
    }
  });

  it.each([
    [["initial_program.txt", "initial_program.json", "initial_program.py"], "initial_program.py"],
    [["initial_program.hpp", "initial_program.cpp"], "initial_program.cpp"],
  ])("takes of %j %s for a layout's program, in whatever order the disk lists them", async (names, program) => {
    const files = Object.fromEntries(names.map((name) => [name, "x"]));
    expect((await loadTask(scratch({ ...files, "evaluator.py": EVALUATOR }))).task.program).toEqual([program]);
    const { assume } = openEvolve;
    expect((await assume(scratch(files), names)).config.program).toBe(program);
    expect((await assume(scratch(files), names.toReversed())).config.program).toBe(program);
  });

  it("runs with ShinkaEvolve's layout", async () => {
    const layout = { "initial.py": "x = 1\n", "evaluate.py": "parser.add_argument('--results_dir')\n" };
    const { task, source, notes } = await loadTask(scratch(layout));
    expect(source).toBe("ShinkaEvolve layout");
    expect(task).toMatchObject({
      program: ["initial.py"],
      run: { argv: ["python3", "-c", expect.stringContaining("--results_dir"), "initial.py"] },
      metric: { name: "combined_score", direction: "maximize" },
    });
    expect(notes.join("\n")).toMatch(/ShinkaEvolve layout[^]*initial\.py[^]*self-reported/);
  });

  it.each([
    ["an evaluator without evaluate()", { "initial_program.py": "", "evaluator.py": "def score(path):\n" }],
    ["an evaluate.py of another kind", { "initial.py": "", "evaluate.py": "print('score: 1')\n" }],
    ["no program", { "evaluator.py": EVALUATOR }],
  ])("takes no folder for one of these with %s", async (_what, files) => {
    expect((await rejection(loadTask(scratch(files)))).code).toBe("config.missing");
  });

  it("is told what alone it lacks to have a layout", async () => {
    const hintOf = async (files: Record<string, string>) => (await rejection(loadTask(scratch(files)))).hint;
    expect(await hintOf({ "evaluator.py": EVALUATOR })).toContain("OpenEvolve's");
    expect(await hintOf({ "evaluate.py": "'--results_dir'" })).toContain("ShinkaEvolve's");
    expect(await hintOf({ "evaluate.py": "" })).toBe("run `strop init` to write one");
  });

  it("takes the layout's own time, and shows it what was downloaded from Hugging Face where it loads from there", async () => {
    const home = scratch({
      ".cache/huggingface/hub/x": "",
      ".cache/huggingface/token": "",
      ".cache/autoresearch/x": "",
    });
    const layout = { ...LAYOUT, "prepare.py": "TIME_BUDGET = 60        # seconds\n" };
    for (const [name, value] of Object.entries({ HOME: home, HF_HOME: undefined, HF_HUB_CACHE: undefined }))
      vi.stubEnv(name, value);
    try {
      const [hub, cache] = [join(home, ".cache/huggingface/hub"), join(home, ".cache/autoresearch")];
      const { task } = await loadTask(scratch({ ...layout, "train.py": "fa3 = get_kernel(repo)" }));
      expect(task.budget).toMatchObject({ trainSeconds: 60, graceSeconds: 60 });
      expect(task.run).toMatchObject({ env: { HOME: home, HF_HUB_CACHE: hub, HF_HUB_OFFLINE: "1" } });
      expect(task.run).toHaveProperty("mounts", expect.arrayContaining([hub, cache]));
      const { run } = (await loadTask(scratch(layout))).task;
      expect(run).toHaveProperty("mounts", expect.not.arrayContaining([hub]));
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("uses the layout's virtual environment, or uv where it is on the path", async () => {
    const venv = scratch({ ...LAYOUT, "pyproject.toml": "", ".venv/lib/x": "", "home/python/bin/python3": "" });
    const outside = join(venv, "..", "python-home");
    renameSync(join(venv, "home/python"), outside);
    mkdirSync(join(venv, ".venv/bin"));
    symlinkSync(join(outside, "bin/python3"), join(venv, ".venv/bin/python"));
    expect((await loadTask(venv)).task.run).toMatchObject({
      argv: [".venv/bin/python", "train.py"],
      mounts: expect.arrayContaining([outside]),
    });
    rmSync(join(venv, ".venv"), { recursive: true });
    const tools = scratch({ uv: "" });
    chmodSync(join(tools, "uv"), 0o755);
    const path = process.env["PATH"];
    process.env["PATH"] = `${tools}:${path}`;
    try {
      expect((await loadTask(venv)).task.run).toMatchObject({ argv: ["uv", "run", "train.py"] });
      const layout = { "initial_program.py": "", "evaluator.py": EVALUATOR, "pyproject.toml": "" };
      const { run } = (await loadTask(scratch(layout))).task;
      expect(run).toMatchObject({ argv: ["python3", "-c", expect.any(String), "initial_program.py"] });
    } finally {
      process.env["PATH"] = path;
    }
  });
});
