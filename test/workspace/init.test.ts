import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { buildCaches } from "../../src/workspace/detect/build-caches.ts";
import { detectCheck } from "../../src/workspace/detect/check.ts";
import { detectPrograms, detectScratch } from "../../src/workspace/detect/detect.ts";
import type { InitAnswers } from "../../src/workspace/detect/guess.ts";
import { initTask } from "../../src/workspace/init.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { readProgram } from "../../src/workspace/program.ts";
import { toolchainOf } from "../../src/workspace/detect/toolchain.ts";
import { rejection, scratch, textOf } from "./scratch.ts";

const ANSWERS = {
  program: ["train.py"],
  run: 'python3 train.py --name "x"',
  metric: "val_loss",
  direction: "maximize",
  trainSeconds: 7,
} as const;

/** How a program that prints no number is run. */
const TIME = `bash -c 'TIMEFORMAT="seconds: %R"; time`;

describe("strop init", () => {
  it.each(["ts", "json"] as const)("writes a %s config that can be loaded, and ignores .strop", async (format) => {
    const folder = scratch({ "train.py": "", ".gitignore": "node_modules" });
    const { written } = await initTask(folder, ANSWERS, { format });
    expect(written.map((file) => file.path)).toEqual([`strop.config.${format}`, ".gitignore"]);
    for (const { path, text } of written) expect(textOf(folder, path)).toBe(text);
    expect(textOf(folder, ".gitignore")).toBe("node_modules\n.strop/\n");
    const { task } = await loadTask(folder);
    expect(task).toMatchObject({
      program: ["train.py"],
      run: { argv: ["sh", "-c", ANSWERS.run] },
      metric: { name: "val_loss", direction: "maximize" },
      budget: { trainSeconds: 7 },
      stop: { trials: 100 },
    });
  });

  it.each(["ts", "json"] as const)("writes what a compiler needs into a %s config", async (format) => {
    const folder = scratch({ "main.rs": "" });
    const toolchain = { env: { PATH: "/home/me/.cargo/bin:/usr/bin" }, mounts: [folder] };
    await initTask(folder, { ...ANSWERS, program: ["main.rs"], run: "rustc main.rs", toolchain }, { format });
    expect((await loadTask(folder)).task.run).toMatchObject({ argv: ["sh", "-c", "rustc main.rs"], ...toolchain });
  });

  it.each(["ts", "json"] as const)("asks for the GPUs in a %s config", async (format) => {
    const folder = scratch({ "train.py": "" });
    await initTask(folder, { ...ANSWERS, gpu: true }, { format });
    expect((await loadTask(folder)).task.run).toMatchObject({ argv: ["sh", "-c", ANSWERS.run], gpu: true });
  });

  it.each(["ts", "json"] as const)("names the folders that a training writes to in a %s config", async (format) => {
    const folder = scratch({
      "train.py": "",
      "runs/old/events": "",
      "wandb/x": "",
      "data/x": "",
      checkpoint: "a file",
    });
    const found = detectScratch(folder, { run: "python3 train.py", program: ["train.py"] });
    await initTask(folder, { ...ANSWERS, scratch: found }, { format });
    expect((await loadTask(folder)).task.scratch).toEqual(["runs", "wandb"]);
  });

  it.each(["ts", "json"] as const)("writes the tests that have to pass into a %s config", async (format) => {
    const folder = scratch({ "train.py": "" });
    await initTask(
      folder,
      { ...ANSWERS, check: 'make "test"', toolchain: { env: { A: "1" }, mounts: [] } },
      { format },
    );
    expect((await loadTask(folder)).task.check).toMatchObject({ argv: ["sh", "-c", 'make "test"'], env: { A: "1" } });
  });

  it("leaves out of the program what globs match and no program may hold", async () => {
    const folder = scratch({
      "src/a.py": "x = 1",
      "src/latin.py": Buffer.from("# caf\xe9", "latin1"),
      "src/wide.py": Buffer.from("x = 1", "utf16le"),
      "src/logo.png": Buffer.from([0x89, 0]),
      "src/bom.py": "\ufeffx = 1",
      "src/LICENSE": Buffer.from([0]),
    });
    await initTask(folder, { ...ANSWERS, program: ["src/*"] });
    const { task } = await loadTask(folder);
    expect(task.program).toEqual(["src/*", "!src/LICENSE", "!src/latin.py", "!**/*.png", "!src/wide.py"]);
    expect(Object.keys(await readProgram(folder, task))).toEqual(["src/a.py", "src/bom.py"]);
  });

  it("leaves a .gitignore alone that has .strop already", async () => {
    const folder = scratch({ "train.py": "", ".gitignore": "a\r\n/.strop\r\n" });
    expect((await initTask(folder, ANSWERS)).written.map((file) => file.path)).toEqual(["strop.config.ts"]);
    expect(textOf(folder, ".gitignore")).toBe("a\r\n/.strop\r\n");
  });

  it("never overwrites a config", async () => {
    const folder = scratch({ "strop.config.mjs": "mine" });
    expect((await rejection(initTask(folder, ANSWERS))).code).toBe("config.exists");
    expect(textOf(folder, "strop.config.mjs")).toBe("mine");
  });

  it.each([["train.py"], ["src/**/*.rs"], ["*.py", "!main.py"]])(
    "says that nothing is at %s, and writes nothing",
    async (...program) => {
      const folder = scratch({ "main.py": "" });
      const error = await rejection(initTask(folder, { ...ANSWERS, program }));
      expect([error.code, error.message]).toEqual([
        "program.missing",
        `expected the program at ${program.join(", ")}, found no such file`,
      ]);
      expect(readdirSync(folder)).toEqual(["main.py"]);
    },
  );

  it.skipIf(process.getuid?.() === 0)("says so when it may not write", async () => {
    const folder = scratch({ "train.py": "" });
    chmodSync(folder, 0o555);
    const error = await rejection(initTask(folder, ANSWERS));
    chmodSync(folder, 0o755);
    expect([error.code, error.hint]).toEqual(["config.not-writable", "check the folder's permissions"]);
  });
});

describe("guessing the program", () => {
  it("passes over what may not be read, links in a circle and pipes", () => {
    const user = process.geteuid?.();
    if (user === 0) process.seteuid?.(65_534);
    try {
      const folder = scratch({ "main.py": "", Makefile: "test:", "database/x": "", ".venv/bin/python": "" });
      execFileSync("mkfifo", [join(folder, ".venv/pyvenv.cfg")]);
      symlinkSync("circle", join(folder, "circle"));
      for (const name of ["Makefile", "database"]) chmodSync(join(folder, name), 0);
      expect(detectPrograms(folder).map(({ program }) => program)).toEqual([["main.py"]]);
      expect(detectCheck(folder)).toBeUndefined();
      const host = { find: () => undefined, home: "/nope", folder, variables: {} };
      expect(toolchainOf(".venv/bin/python main.py", host)).toBeUndefined();
      chmodSync(join(folder, "database"), 0o700);
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });

  it.each([
    [{ "train.py": "", "main.py": "" }, ["train.py", "main.py"], "python3 train.py"],
    [{ "train.py": "", ".venv/x": "" }, ["train.py"], ".venv/bin/python train.py"],
    [{ "src/train.py": "" }, ["src/**/*.py", "!**/*{test,eval,metric,data,prepare}*"], "python3 src/train.py"],
    [{ "experiment.py": "", "setup.py": "", "test_x.py": "" }, ["experiment.py"], "python3 experiment.py"],
    [{ "train_gpt.py": "", "tests/train.py": "" }, ["train_gpt.py"], "python3 train_gpt.py"],
    [{ "train.py": "", "venv/x": "" }, ["train.py"], "venv/bin/python train.py"],
    [{ "count.rb": "", "count_test.rb": "", "setup.py": "" }, ["count.rb"], "ruby count.rb"],
    [{ "Ada's model (1).py": "" }, ["Ada's model (1).py"], `python3 'Ada'\\''s model (1).py'`],
    [{ "Sieve.java": "" }, ["Sieve.java"], "java Sieve.java"],
    [{ "a.pl": "", "b.pl": "", "clean.sh": "", "vitest.config.ts": "" }, ["clean.sh"], "bash clean.sh"],
    [{ Makefile: "bench: all\n\t./x\n", "src/x.c": "" }, ["src/**"], "make -s bench"],
    [
      { Makefile: "T = go\n$(T): go.o\n\tcc -o $@ $^\n%.o: %.c\n\tcc -c $<\n", "go.c": "", "go_test.c": "" },
      ["*.{c,cc,cpp,cxx,h,hpp,rs,go,py,js,ts}", "!*test*"],
      `make -s && ${TIME} ./go'`,
    ],
    [
      { Makefile: "go: main.o\n\tcc -o go $^\n", "main.c": "clock_gettime(x, &t); printf", "a.c": "", "a.h": "" },
      ["*.{c,cc,cpp,cxx,h,hpp,rs,go,py,js,ts}", "!*test*", "!main.c"],
      `make -s && ${TIME} ./go'`,
    ],
    [
      { Makefile: "benchclean:\n\trm x\nbench_a: x\nbenchmark: x\n\t./x\n", "src/x.c": "" },
      ["src/**"],
      "make -s benchmark",
    ],
    [
      { Makefile: "go: \\\n  a.c\n\tcc \\\n  -o go a.c\n", "a.c": "" },
      ["*.{c,cc,cpp,cxx,h,hpp,rs,go,py,js,ts}", "!*test*"],
      `make -s && ${TIME} ./go'`,
    ],
    [{ Makefile: "/tmp/a: a.c\n\tcc -o /tmp/a a.c\n../b: a.c\n\tcc -o ../b a.c\n", "a.c": "" }, [], undefined],
    [{ Makefile: "test: a.o\n\tcc -o test $^\nlib.a: a.o\n\tar rc -o $@ $^\n", "a.c": "" }, [], undefined],
    [
      { "package.json": '{"scripts":{"bench":"node bench/x.js"}}', "lib/x.js": "", "bench/x.js": "" },
      ["lib/**"],
      "npm run --silent bench",
    ],
    [
      { "package.json": '{"scripts":{"bench":"node perf.js"}}', "go.js": "", "perf.js": "", "test.js": "" },
      ["go.js"],
      "npm run --silent bench",
    ],
    [
      { "bench/a.py": "import go\ntime.perf_counter_ns()", "go/__init__.py": "", "setup.py": "" },
      ["go/**/*.py"],
      "python3 bench/a.py",
    ],
    [{ "train.ts": "" }, ["train.ts"], "node train.ts"],
    [{ "bench.ts": "", "index.ts": "" }, ["bench.ts", "index.ts"], "node bench.ts"],
    [
      { "package.json": '{"scripts":{"bench":"node fast.js"}}', "fast.js": "" },
      ["fast.js", "fast.js"],
      "npm run --silent bench",
    ],
    [{ "package.json": "{", "main.js": "" }, ["main.js"], "node main.js"],
    [{ "package.json": '{"scripts":{"bench":5},"workspaces":7}', "main.js": "" }, ["main.js"], "node main.js"],
    [{ "package.json": "null", "main.js": "" }, ["main.js"], "node main.js"],
    [{ "package.json": "[1]", "main.js": "" }, ["main.js"], "node main.js"],
    [
      { "go.mod": "", "main.go": "" },
      ["**/*.go", "!**/*_test.go", "main.go"],
      `go build -o /tmp/main . && ${TIME} /tmp/main'`,
    ],
    [{ "main.go": "" }, ["main.go"], `go build -o /tmp/main main.go && ${TIME} /tmp/main'`],
    [
      { "Cargo.toml": "", "src/main.rs": "" },
      ["src/**/*.rs"],
      "CARGO_TARGET_DIR=/tmp/target cargo run --release --offline",
    ],
    [
      { "Cargo.toml": "", "src/lib.rs": "", "src/main.rs": "Instant::now()" },
      ["src/**/*.rs", "!src/main.rs"],
      "CARGO_TARGET_DIR=/tmp/target cargo run --release --offline",
    ],
  ])("in %j finds %j", (files, programs, run) => {
    const guesses = detectPrograms(scratch(files));
    expect(guesses.flatMap((guess) => guess.program)).toEqual(programs);
    expect(guesses[0]?.run).toBe(run);
  });

  it.each([
    [
      {
        "Cargo.toml": '[dev-dependencies]\ncriterion = "0.5"\n[[bench]]\nname = "search"\nharness = false',
      },
      "mkdir -p /tmp/target; cp -a target/release /tmp/target 2>/dev/null; CARGO_TARGET_DIR=/tmp/target cargo bench --offline --bench search -- --output-format bencher",
      { metric: "ns/iter", pattern: "bench:\\s*(\\d+) ns/iter" },
    ],
    [
      { "Cargo.toml": "", "benches/b.rs": "" },
      "CARGO_TARGET_DIR=/tmp/target cargo bench --offline",
      { metric: "seconds" },
    ],
    [
      { "go.mod": "", "a_test.go": "func TestA(t *testing.T) {}\nfunc BenchmarkPut(b *testing.B) {}" },
      "go test -run '^$' -bench '^BenchmarkPut$'",
      { metric: "ns/op", pattern: "\\s([\\d.]+) ns/op" },
    ],
    [
      { "src/a/x.py": "", "benchmarks/bench_a.py": "import a\n\ndef test_top(text, benchmark):\n", ".venv/x": "" },
      ".venv/bin/python -m pytest benchmarks/bench_a.py::test_top --benchmark-only --benchmark-json=$STROP_OUTPUT/benchmark.json",
      { metric: "benchmarks.0.stats.median", file: "benchmark.json", program: ["src/**/*.py"] },
    ],
    [
      { "package.json": '{"workspaces":["packages/*"],"scripts":{"bench":"npm run bench -w a"}}' },
      "npm run --silent bench",
      { program: ["packages/*/src/**"] },
    ],
    [
      { "package.json": '{"scripts":{"bench":"node bench.js"}}', "bench.js": "", "src/a.js": "" },
      "npm run --silent bench",
      { program: ["src/**"], metric: "seconds" },
    ],
    [
      {
        "package.json": '{"scripts":{"bench":"node --expose-gc perf/run.js"}}',
        "perf/run.js": "console.log(`ms_per_call: ${ms / 20}`);",
        "src/a.js": "",
      },
      "npm run --silent bench",
      { program: ["src/**"], metric: "ms_per_call", direction: "minimize" },
    ],
  ])("in %j finds the benchmark, and where its number is", (files, run, expected) => {
    const [guess] = detectPrograms(scratch(files));
    expect(guess).toMatchObject({ run, ...expected });
  });

  it.each(["ts", "json"] as const)("writes where the number is into a %s config", async (format) => {
    const folder = scratch({ "train.py": "" });
    const place = { pattern: "\\s([\\d.]+) ns/op", file: "a.json" };
    await initTask(folder, { ...ANSWERS, ...place }, { format });
    expect((await loadTask(folder)).task.metric).toMatchObject({ name: "val_loss", ...place });
  });

  it("finds the folders of an earlier build for a program that is built, and for no other", () => {
    const folder = scratch({
      "build/x": "",
      "out/release/x": "",
      "fast/CMakeCache.txt": "",
      "src/x": "",
      runs: "a file",
    });
    expect(detectScratch(folder, { run: "make -s bench", program: ["src/**"] })).toEqual(["build", "fast"]);
    expect(detectScratch(folder, { run: "python3 train.py", program: ["train.py"] })).toEqual([]);
  });

  it.each([
    ['print(f"val_bpb:          {bpb:.6f}")\nprint(f"train_loss: {x}")', "val_bpb", "minimize"],
    ['print("score", clf.score(X, y))', "score", "maximize"],
    ["print('test_acc = %.3f' % acc)\nprint('epoch', 3)", "test_acc", "maximize"],
    ['print("loss:", x)\nprint(f"loss of {x}")', "loss", "minimize"],
    ['print("done")', "val_loss", "minimize"],
  ])("of a training with %j in it takes %s for the score", (text, metric, direction) => {
    expect(detectPrograms(scratch({ "train.py": text }))).toMatchObject([{ metric, direction }]);
  });

  const SCRIPT = `cfg = yaml.safe_load(open("params.yaml"))
p.add_argument("--config", default="./conf/base.json")
df = pd.read_csv("data/train.csv")
rows = json.load(open("rows.json"))
joblib.dump(model, "model.pkl")
df.to_csv("data/out.csv")
with open("reports/metrics.json", "w") as f:
    json.dump({"auc": float(np.mean(aucs)), "seconds": took}, f)
`;
  const FILES = {
    "train.py": SCRIPT,
    "params.yaml": "lr: 0.1",
    "conf/base.json": "[1]",
    "data/train.csv": "1",
    "rows.json": "1".repeat(30_000),
  };

  it("takes the small files of numbers that a script reads for part of the program, and the score from what it writes", () => {
    const folder = scratch(FILES);
    const [guess] = detectPrograms(folder);
    expect(guess).toMatchObject({
      program: ["train.py", "params.yaml", "conf/base.json"],
      run: "python3 train.py && cp reports/metrics.json $STROP_OUTPUT/",
      metric: "auc",
      direction: "maximize",
      file: "metrics.json",
    });
    expect(detectScratch(folder, guess as InitAnswers)).toEqual(["data/out.csv"]);
  });

  it("knows of earlier runs what numbers they left, and lets every trial begin without", () => {
    const left = { "reports/metrics.json": '{"test": {"rmse": 1, "n": 5}, "seconds": 3}', "model.pkl": "x" };
    const folder = scratch({ ...FILES, ...left });
    const [guess] = detectPrograms(folder);
    expect(guess).toMatchObject({ metric: "test.rmse", direction: "minimize" });
    expect(detectScratch(folder, guess as InitAnswers)).toEqual(["data/out.csv", "model.pkl", "reports/metrics.json"]);
    const printing = scratch({ ...FILES, "train.py": `${SCRIPT}print(f"loss: {x}")\n` });
    expect(detectPrograms(printing)).toMatchObject([{ metric: "loss", run: "python3 train.py" }]);
  });

  it("takes a score with a name of several words, and says how it is printed", () => {
    const text = 'print("mean accuracy: %0.4f (+/- %0.4f)" % (a, b))\nprint(f"Saved model to {path}")';
    expect(detectPrograms(scratch({ "explore.py": text }))).toMatchObject([
      { metric: "mean_accuracy", direction: "maximize", pattern: "^\\s*mean accuracy\\s*[:=]?\\s*([-+\\d.e]+)" },
    ]);
  });

  it.each([
    [{ "a.rb": 'puts "rows: #{n}"\nputs "elapsed: #{ms.round(3)}"' }, "elapsed"],
    [{ "a.php": '<?php printf("hash %s\\n", $h); printf("time: %.4f\\n", $t);' }, "time"],
    [{ "a.sh": 'echo "ms: $(( (end - start) / 1000 ))"' }, "ms"],
    [{ "A.java": 'System.out.println("n: " + n); System.out.printf("loss: %.2f%n", x);' }, "loss"],
    [{ "a.ts": "console.log(`seconds: ${s}`);" }, "seconds"],
    [{ Makefile: "a: a.o\n\tcc -o a a.o\n", "a.c": 'clock(); printf("time: %.3lf s\\n", t);' }, "time"],
    [{ Makefile: "a: a.o\n\tc++ -o a a.o\n", "a.cc": 'std::clock(); std::cout << "cpu_ms: " << ms;' }, "cpu_ms"],
  ])("of %j takes %s for the score", (files, metric) => {
    expect(detectPrograms(scratch(files))).toMatchObject([{ metric, direction: "minimize" }]);
  });

  it("runs nothing of a Makefile, and no text that it may hold is too much", () => {
    const folder = scratch({
      "a.c": "",
      Makefile: `X := $(shell touch made)\nY != touch made\na: a.c\n\tcc -o a a.c\n`,
    });
    expect(detectPrograms(folder)).toMatchObject([{ run: `make -s && ${TIME} ./a'` }]);
    expect(readdirSync(folder).sort()).toEqual(["Makefile", "a.c"]);
    for (const text of [
      `a:\n${"\tx\n".repeat(5_000_000)}`,
      `${"$(A)".repeat(20_000)}: a.c\n\tcc -o x a.c\nA = ${"a".repeat(60_000)}\n`,
    ])
      expect(detectPrograms(scratch({ Makefile: text, "a.c": "" }))).toEqual([]);
  });

  it("finds nothing in an empty folder", () => {
    expect(detectPrograms(scratch())).toEqual([]);
  });

  it("waits for no pipe, whatever it is called, and takes it for no program", () => {
    const folder = scratch({ "Cargo.toml": "", "main.js": "" });
    for (const name of ["train.py", "package.json", "Makefile", "pyproject.toml", "Cargo.lock"])
      execFileSync("mkfifo", [join(folder, name)]);
    expect(detectPrograms(folder).map(({ run }) => run.split(" ")[0])).toEqual([
      "CARGO_TARGET_DIR=/tmp/target",
      "node",
    ]);
    expect(detectCheck(folder)).toContain("cargo test");
    const host = { find: () => undefined, home: folder, folder, variables: {} };
    expect(buildCaches("cargo", "/usr/bin/cargo", host)).toEqual({ env: {}, mounts: [] });
  });
});

describe("guessing the tests", () => {
  it.each([
    [{ Makefile: "all:\n\ttrue\ntest: all\n\t./x\n", "Cargo.toml": "" }, "make test"],
    [{ Makefile: "test := 1\n", "go.mod": "" }, "go test ./..."],
    [{ "package.json": '{"scripts":{"test":"vitest"}}' }, "npm test --silent"],
    [{ "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' }, undefined],
    [{ "Cargo.toml": "" }, "CARGO_TARGET_DIR=/tmp/target cargo test --release --offline"],
    [
      { "Cargo.toml": "", "target/release/x": "" },
      "mkdir -p /tmp/target; cp -a target/release /tmp/target 2>/dev/null; CARGO_TARGET_DIR=/tmp/target cargo test --release --offline",
    ],
    [{ "tests/test_a.py": "", ".venv/x": "" }, ".venv/bin/python -m pytest -q"],
    [{ "conftest.py": "" }, "python3 -m pytest -q"],
    [{ tests: "a file", "main.py": "" }, undefined],
  ])("in %j finds %s", (files, expected) => {
    expect(detectCheck(scratch(files))).toBe(expected);
  });
});
