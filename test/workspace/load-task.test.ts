import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

import { loadTask } from "../../src/workspace/load-task.ts";
import { rejection, scratch, taskIn } from "./scratch.ts";

const SMALL = { program: "train.py", run: "python3 train.py", metric: "loss" };
const json = (config: unknown) => scratch({ "strop.config.json": JSON.stringify(config), "train.py": "" });

describe("a small config", () => {
  it("gets every default", async () => {
    const { task, notes } = await taskIn({});
    expect(notes).toEqual([]);
    expect(task).toMatchObject({
      name: "mein Ordner é",
      program: ["train.py"],
      environment: ["**"],
      run: { kind: "command", argv: ["sh", "-c", "python3 train.py"], env: {}, mounts: [] },
      metric: { name: "loss", direction: "minimize", deterministic: false },
      budget: {
        trainSeconds: 300,
        clock: "wall",
        startupSeconds: 120,
        graceSeconds: 300,
        processes: 512,
        outputBytes: 4e6,
        diskBytes: 1e9,
      },
      parallel: 1,
      seed: 0,
      proposer: "portfolio",
    });
    expect(task.evaluate ?? task.holdout ?? task.check ?? task.agenda).toBeUndefined();
    expect(task.budget.memoryBytes).toBeGreaterThan(1e6);
  });

  it("is frozen to the bottom", async () => {
    const { task } = await taskIn({});
    expect(() => Object.assign(task.budget, { trainSeconds: 1 })).toThrow(TypeError);
    expect(() => (task.program as string[]).push("x")).toThrow(TypeError);
  });

  it("gives less grace when a frozen evaluator does the scoring", async () => {
    const grace = async (trainSeconds: number) =>
      (await taskIn({ evaluate: "python3 ev.py", budget: { trainSeconds } })).task.budget.graceSeconds;
    expect(await grace(100)).toBe(20);
    expect(await grace(1)).toBe(2);
  });

  it("takes program.md as the agenda when it is there", async () => {
    expect((await taskIn({}, { "program.md": "Try width." })).task.agenda).toBe("program.md");
  });

  it("understands sizes", async () => {
    const { task } = await taskIn({ budget: { memory: "1.5GiB", output: "20 kB", disk: 7 } });
    expect(task.budget).toMatchObject({ memoryBytes: 1.5 * 2 ** 30, outputBytes: 20_000, diskBytes: 7 });
  });

  it("spells out actions and paths", async () => {
    const { task } = await taskIn(
      {
        program: ["./src//a.ts"],
        run: { module: "./src/a.ts", data: ["data/x.bin"] },
        check: ["node", "--check", "src/a.ts"],
        agenda: "./data//x.bin",
        hidden: ["data/", "!./data/x/."],
        metric: { name: "loss", file: "./loss.json" },
        holdout: { command: "h", env: { A: "1" }, mounts: ["/usr", "."] },
      },
      { "src/a.ts": "", "data/x.bin": "" },
    );
    expect([task.program, task.hidden]).toEqual([["src/a.ts"], ["data", "!data/x"]]);
    expect([task.agenda, task.metric.file]).toEqual(["data/x.bin", "loss.json"]);
    expect(task.run).toEqual({ kind: "module", module: "src/a.ts", data: ["data/x.bin"] });
    expect(task.check).toMatchObject({ argv: ["node", "--check", "src/a.ts"] });
    expect(task.holdout).toMatchObject({ env: { A: "1" }, mounts: ["/usr", expect.stringMatching(/mein Ordner é$/)] });
  });

  it("can be overridden from the command line, key by key", async () => {
    const folder = json({ ...SMALL, budget: { trainSeconds: 60, memory: "1GB" }, stop: { trials: 5 } });
    const { task } = await loadTask(folder, {
      budget: { trainSeconds: 10 },
      stop: { hours: 1 },
      seed: 3,
      agenda: undefined,
    });
    expect(task.budget).toMatchObject({ trainSeconds: 10, graceSeconds: 10, memoryBytes: 1e9 });
    expect(task.stop).toMatchObject({ trials: 5, hours: 1 });
    expect(task.seed).toBe(3);
    expect((await rejection(loadTask(folder, { parallel: 0 }))).message).toMatch(
      /^command line: parallel: expected a whole number above 0, found 0/,
    );
  });
});

describe("a config in TypeScript or JavaScript", () => {
  const TYPESCRIPT = `
    import type { TaskConfig } from "strop";
    import { defineTask } from "strop";
    import { seconds } from "./shared.ts";
    export default defineTask({ program: "train.py", run: "python3 train.py", metric: import.meta.filename.slice(-2),
      budget: { trainSeconds: seconds as number } } satisfies TaskConfig);`;

  it("is bundled with what it imports, strop installed or not", async () => {
    const folder = scratch({
      "strop.config.ts": TYPESCRIPT,
      "shared.ts": "export const seconds: number = 7;",
      "train.py": "",
    });
    const { task, source } = await loadTask(folder);
    expect([task.budget.trainSeconds, task.metric.name]).toEqual([7, "ts"]);
    expect(source).toBe(join(folder, "strop.config.ts"));
  });

  it("works in Node itself inside node_modules and in a CommonJS package, without a warning", () => {
    const folder = scratch({
      "package.json": '{ "type": "commonjs" }',
      "node_modules/p/strop.config.ts": TYPESCRIPT,
      "node_modules/p/shared.ts": "export const seconds: number = 7;",
    });
    const url = pathToFileURL(join(import.meta.dirname, "../../src/workspace/load-task.ts")).href;
    const script = `const { loadTask } = await import(${JSON.stringify(url)});
      console.log((await loadTask("node_modules/p")).task.budget.trainSeconds);`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
    expect(out).toBe("7\n");
  });

  it("is read again when it changed", async () => {
    const config = (seed: number) => ({
      "strop.config.mjs": `export default { ...${JSON.stringify(SMALL)}, seed: ${seed} }`,
    });
    expect((await loadTask(scratch(config(1)))).task.seed).toBe(1);
    expect((await loadTask(scratch(config(2)))).task.seed).toBe(2);
  });

  it.each([
    ["strop.config.ts", "export default {", "config.unreadable", /strop\.config\.ts: .* \(line 1, column \d+\)/],
    ["strop.config.ts", "export const x = 1;", "config.no-export", /expected a default export, found none/],
    ["strop.config.js", "throw new Error('no luck')", "config.unreadable", /no luck/],
    [
      "strop.config.json",
      '{"program": }',
      "config.unreadable",
      /strop\.config\.json: expected a readable config, found: .*JSON/,
    ],
  ])("that is broken is named with the place: %s %s", async (file, text, code, message) => {
    const error = await rejection(loadTask(scratch({ [file]: text })));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it.each(["strop.config.ts", "strop.config.json"])(
    "that is a pipe or a device is not waited for: %s",
    async (file) => {
      const [pipe, device] = [scratch(), scratch()];
      execFileSync("mkfifo", [join(pipe, file)]);
      symlinkSync("/dev/zero", join(device, file));
      for (const folder of [pipe, device])
        expect((await rejection(loadTask(folder))).message).toBe(
          `${file}: expected a file, found a pipe, socket or device`,
        );
    },
  );
});

describe("a wrong config", () => {
  const message = async (config: unknown) => (await rejection(loadTask(json(config)))).message;

  it("is told all its problems at once, with key, expected, found and the nearest key", async () => {
    const error = await rejection(
      loadTask(
        json({
          progam: "train.py",
          run: { modul: "x", data: 3 },
          metric: { name: "loss", direction: "minimise" },
          budget: { trainSecond: 10, memory: "lots" },
          evaluate: 7,
          stop: [],
        }),
      ),
    );
    expect(error.code).toBe("config.invalid");
    const lines = error.message.split("\n  - ");
    expect(lines[0]).toBe("strop.config.json:");
    expect(lines.slice(1).sort()).toEqual([
      'budget.memory: expected a number of bytes or a text such as "500MB" or "2GiB", found "lots"',
      "evaluate: expected a command: a string for the shell, or a list of program and arguments, { command, env, mounts, gpu } or { module, data }, found 7",
      'metric.direction: expected "minimize" or "maximize", found "minimise" (did you mean "minimize"?)',
      "run.data: expected a list of files in the task's folder, found 3",
      "stop: expected an object such as { trials: 100 }, found []",
      'unknown key "budget.trainSecond": did you mean "budget.trainSeconds"?',
      'unknown key "progam": did you mean "program"?',
      'unknown key "run.modul": did you mean "run.module"?',
    ]);
  });

  it.each([
    [{ trainSeconds: 60 }, "budget.trainSeconds"],
    [{ mounts: ["/data"] }, "run.mounts"],
    [{ budget: { stallSeconds: 3 } }, "judge.stallSeconds"],
    [{ budget: { parallel: 2 } }, "parallel"],
    [{ model: "a/b" }, "models"],
  ])("with %j says where the key belongs", async (wrong, meant) => {
    const error = await rejection(loadTask(json({ ...SMALL, ...wrong })));
    expect(error.message).toContain(`did you mean "${meant}"?`);
  });

  it("with nothing but a typo has the code config.unknown-key", async () => {
    const error = await rejection(loadTask(json({ ...SMALL, stopp: {} })));
    expect([error.code, error.message]).toEqual([
      "config.unknown-key",
      'strop.config.json: unknown key "stopp": did you mean "stop"?',
    ]);
  });

  it("with a key like no other is told the known ones", async () => {
    expect(await message({ ...SMALL, metric: { name: "x", zzzzzzzz: 1 } })).toMatch(
      /known keys: name, direction, pattern, file, deterministic/,
    );
  });

  it.each([
    ["an absolute program", { program: "/etc/passwd" }, /program: expected a path or glob inside/],
    ["a program outside", { program: ["a/../../x"] }, /program\[0\]: expected a path or glob inside/],
    ["a Windows path", { program: "src\\a.py" }, /with \/ separators/],
    ["an empty list", { program: [] }, /program: expected .* found \[\]/],
    ["an empty command", { run: "" }, /run: expected a command/],
    [
      "a metric pattern without a group",
      { metric: { name: "x", pattern: "x: .*" } },
      /one group around the number, found "x: \.\*"/,
    ],
    [
      "a metric pattern that is none",
      { metric: { name: "x", pattern: "(" } },
      /metric\.pattern: expected a regular expression/,
    ],
    [
      "a metric file outside",
      { metric: { name: "x", file: "../x.json" } },
      /metric\.file: expected the name of a JSON file/,
    ],
    [
      "zero seconds",
      { budget: { trainSeconds: 0 } },
      /budget\.trainSeconds: expected a number of seconds above 0, found 0/,
    ],
    ["no memory", { budget: { memory: "0GB" } }, /budget\.memory: expected a number of bytes .* found "0GB"$/],
    [
      "half a process",
      { budget: { processes: 0.5 } },
      /budget\.processes: expected a whole number above 0, found 0\.5/,
    ],
    ["an env that is no text", { run: { command: "x", env: { A: 1 } } }, /run\.env\.A: expected a string, found 1/],
    ["a module as check", { check: { module: "x.ts" } }, /check/],
    [
      "a missing module",
      { run: { module: "nope.ts" } },
      /run\.module: expected a file in the task's folder, found no nope\.ts/,
    ],
    ["a missing agenda", { agenda: "nope.md" }, /agenda: expected a file/],
    [
      "a missing mount",
      { run: { command: "x", mounts: ["/nope/nowhere"] } },
      /run\.mounts: expected a folder, found nothing at \/nope\/nowhere/,
    ],
    ["a missing mount of the check", { check: { command: "x", mounts: ["/nope"] } }, /check\.mounts: .* at \/nope/],
  ])("is refused: %s", async (_what, keys, expected) => {
    expect(await message({ ...SMALL, ...keys })).toMatch(expected);
  });

  it.each(["seconds", "ms_per_op", "cpuTime", "peak-memory"])(
    "warns when %s is all that counts, and nothing checks the results",
    async (metric) => {
      const note = expect.stringContaining(`a program that skips its work has the best ${metric}`);
      expect((await taskIn({ metric })).notes).toEqual([note]);
      expect((await taskIn({ metric, check: "make test" })).notes).toEqual([]);
      expect((await taskIn({ metric, evaluate: "make score" })).notes).toEqual([]);
    },
  );

  it.each(["val_loss", "score", "accuracy", "val_bpb", "timestep_loss"])(
    "does not take %s for a cost",
    async (metric) => {
      expect((await taskIn({ metric })).notes).toEqual([]);
    },
  );

  it("warns when an edit could put a module beside a Python evaluator, which would import it", async () => {
    const notesOf = async (evaluate: string, program: string[]) =>
      (await taskIn({ evaluate, program }, { "evaluate.py": "", "judge/evaluate.py": "" })).notes;
    expect(await notesOf("python3 evaluate.py", ["*.py", "!evaluate.py"])).toEqual([
      expect.stringContaining("add files beside evaluate.py"),
    ]);
    expect(await notesOf("python3 judge/evaluate.py", ["*.py", "!evaluate.py"])).toEqual([]);
    expect(await notesOf("python3 evaluate.py", ["train.py"])).toEqual([]);
  });

  it("warns when the evaluator is part of the program", async () => {
    for (const evaluate of ["python3 evaluate.py", "python3 ./evaluate.py", "python3 -m evaluate"]) {
      const { notes } = await taskIn({ program: "*.py", evaluate }, { "evaluate.py": "" });
      expect(notes).toEqual([expect.stringMatching(/names evaluate\.py, which is part of the program/)]);
    }
  });

  it("are named when what a program may read holds the task itself", async () => {
    const { notes } = await taskIn({ run: { command: "x", mounts: ["..", "/usr"] } });
    expect(notes).toEqual([expect.stringMatching(/^run\.mounts names \/.*in which the task's folder lies/)]);
  });
});

describe("a folder without a config", () => {
  it("is told what is missing, and which file was perhaps meant", async () => {
    expect(await rejection(loadTask(scratch({ "a.py": "" })))).toMatchObject({
      code: "config.missing",
      hint: "run `strop init` to write one",
    });
    const alike = await rejection(loadTask(scratch({ "strop.confg.ts": "" })));
    expect(alike.message).toMatch(/found strop\.confg\.ts, which is no name that strop reads/);
  });

  it("does not take every other config for a misspelt one", async () => {
    const folder = scratch({ "tsconfig.json": "{}", "package.json": "{}", "vite.config.ts": "" });
    expect((await rejection(loadTask(folder))).message).toMatch(/found none$/);
  });

  it.skipIf(process.getuid?.() === 0)("may not be readable", async () => {
    const folder = scratch();
    chmodSync(folder, 0o000);
    const error = await rejection(loadTask(folder));
    chmodSync(folder, 0o755);
    expect([error.code, error.hint]).toEqual(["workspace.unreadable", expect.any(String)]);
  });

  it("is not one with two configs", async () => {
    const folder = scratch({ "strop.config.ts": "", "strop.config.json": "" });
    expect((await rejection(loadTask(folder))).code).toBe("config.ambiguous");
  });

  it("may not exist at all", async () => {
    expect((await rejection(loadTask("/nope/nowhere"))).message).toBe(
      "expected a task's folder at /nope/nowhere, found nothing there",
    );
  });
});
