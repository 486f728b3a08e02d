import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Task } from "../../../src/core/task.ts";
import type { Outcome } from "../../../src/core/trial.ts";
import { readMetric } from "../../../src/judge/read-metric.ts";
import { baselineHint, type FailedBaseline } from "../../../src/loop/advice/baseline-hint.ts";
import { matchLines } from "../../../src/workspace/match-lines.ts";
import { taskTowards } from "../../journal/arbitrary-run.ts";
import { outcome } from "../../journal/simple-trial.ts";
import { makeTask } from "../make-task.ts";

const made = makeTask({
  "pythons/3/bin/python3": "",
  "project/.venv/pyvenv.cfg": "",
  "project/.venv/bin/x": "",
  "project/run.sh": "",
  "project/data/x": "",
  "project/build/x": "",
  "project/dist/a.js": "",
  "project/model.pkl": "",
  "torch/model_0.pt": "",
  "torch/model_1.pt": "",
  "torch/runs/last.ckpt": "",
  "torch/src/train.py": "",
  "big/cifar/train.npz": "",
  "project/src/words/count.py": "",
  "project/node_modules/.bin/vitest": "",
  "project/node_modules/vitest/x": "",
  "project/packages/a/package.json": "{}",
});
symlinkSync(join(made.folder, "pythons/3/bin/python3"), join(made.folder, "project/.venv/bin/python"));

interface Failure {
  readonly run?: string | readonly string[];
  readonly reason: string;
  readonly printed?: string;
  readonly status?: Outcome["status"];
  readonly tier?: string;
  readonly pattern?: string;
  readonly metric?: string;
  readonly folder?: string;
  readonly mounts?: readonly string[];
}

function failed({ run = "go run .", reason, printed = "", ...other }: Failure): FailedBaseline {
  const task = taskTowards("minimize");
  const { status = "crashed", tier = "bubblewrap", pattern, metric = "val_loss", folder = "project" } = other;
  const { diagnostics } = outcome();
  const argv = typeof run === "string" ? ["sh", "-c", run] : run;
  const command = { kind: "command", argv, env: {}, mounts: other.mounts ?? [] } as const;
  return {
    task: {
      ...task,
      run: command,
      check: command,
      metric: { ...task.metric, name: metric, pattern },
    },
    folder: join(made.folder, folder),
    outcome: outcome({ status, score: null, reason, diagnostics: { ...diagnostics, outputTail: printed } }),
    tier,
  };
}

const hintOf = (failure: Failure, find: (name: string) => string | undefined = () => undefined): string =>
  baselineHint(failed(failure), { find, home: "/home/me", variables: {} }).replaceAll(made.folder, "~");

test.each([
  ["ended with exit code 127: sh: 1: go: not found", "/usr/local/go/bin/go", `"/usr/local/go/bin:/usr/bin:/bin"}}`],
  [
    "ended with exit code 127: ./bench.sh: line 3: zig: command not found",
    "/home/me/zig/bin/zig",
    `"/home/me/zig/bin:/usr/bin:/bin"},"mounts":["/home/me/zig"]}`,
  ],
  [
    "ended with exit code 127: prlimit: failed to execute zig: No such file or directory",
    "/home/me/zig/bin/zig",
    `"mounts":["/home/me/zig"]}`,
  ],
  ["ended with exit code 1: error: rustup could not choose a version", undefined, "RUSTUP_HOME"],
  ["ended with exit code 127: sh: 1: zig: not found", undefined, `"mounts":["/its`],
])("%s: the hint says what the config has to name", (reason, path, expected) => {
  expect(hintOf({ run: "./bench.sh", reason }, () => path)).toContain(expected);
});

test("a command that is a list stays one in what may be copied into the config, but for a long script in it", () => {
  const reason = "ended with exit code 127: prlimit: failed to execute zig: No such file or directory";
  const run = ["zig", "run", "a b.zig", "x = 1\n".repeat(99)];
  expect(hintOf({ run, reason }, () => "/home/me/zig/bin/zig")).toContain(
    '{"command":["zig","run","a b.zig","…"],"env"',
  );
});

test.each([".venv/bin/python train.py", "./.venv/bin/python train.py"])(
  "`%s` of an environment whose Python lies elsewhere is told where that is",
  (run) => {
    const hint = hintOf({ run, reason: `ended with exit code 127: sh: 1: ${run.split(" ")[0]}: not found` });
    expect(hint).toContain(`"run": {"command":"${run}","mounts":["~/pythons/3"]}`);
  },
);

test("a package that is missing in the sandbox's Python belongs into an environment of the folder", () => {
  const reason = "ended with exit code 1: ModuleNotFoundError: No module named 'torch'";
  expect(hintOf({ run: "python3 train.py", reason })).toContain(".venv/bin/pip install torch");
  expect(hintOf({ run: ".venv/bin/python train.py", reason })).toContain(`"mounts":["~/pythons/3"]`);
  expect(hintOf({ run: "python3 train.py", reason, tier: "none" })).toContain("make the program run");
  const mounts = [join(made.folder, "pythons/3")];
  expect(hintOf({ run: ".venv/bin/python train.py", reason, mounts })).toContain(
    "not installed in the Python that `run`",
  );
});

test.each([
  ["the check command failed: exited with code 2", "correct `check`"],
  ["the evaluator refused: exited with code 2", "correct `evaluate`"],
  ["ended with exit code 1: urllib.error.URLError: Temporary failure in name resolution", "no network"],
  [
    "ended with exit code 1: OSError: [Errno 30] Read-only file system: 'data/x'",
    `"scratch": ["data"] in the config), or begin without that file alone ("data/x")`,
  ],
  ["ended with exit code 1: OSError: [Errno 30] Read-only file system: 'model.pkl'", `"scratch": ["model.pkl"] in`],
  [
    "the check command failed: /usr/bin/ld: cannot open output file build/x: Read-only file system",
    `"scratch": ["build"]`,
  ],
  ["Error: EROFS: read-only file system, open '/box/dist/a.js'", `"scratch": ["dist"]`],
  ["cc: x.o: Read-only file system", "let it write to /tmp"],
  ["used 58 MB of 57 MB memory", "budget.memory"],
  ["wrote 5 MB of 4 MB disk", "budget.disk"],
  ["wrote more than 256 files", "budget.disk"],
  ["ran 70 processes, 64 are allowed", "budget.processes"],
  ["printed 5000000 bytes, 4000000 are allowed", "budget.output"],
  ["ended with exit code 1: RuntimeError: [enforce fail] DefaultCPUAllocator: can't allocate memory", "budget.memory"],
  ["ended with exit code 1: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB.", "a smaller batch"],
  ["ended with exit code 1: RuntimeError: DataLoader worker (pid 7) is killed by signal: Bus error.", "/dev/shm"],
  ["ended with exit code 1: OSError: [Errno 24] Too many open files", "set_sharing_strategy"],
])("%s: the hint says what to change", (reason, expected) => expect(hintOf({ reason })).toContain(expected));

test.each([
  "RuntimeError: [enforce fail at inline_container.cc:746] . open file failed with strerror: Read-only file system",
  "safetensors_rust.SafetensorError: Error while serializing: I/O error: Read-only file system (os error 30)",
])("%s does not say which file: those that may be meant are named", (said) => {
  const reason = `ended with exit code 1: ${said}`;
  expect(hintOf({ reason, folder: "torch" })).toContain(
    `without model_0.pt, model_1.pt, runs, if the program writes that ("scratch": ["model_0.pt","model_1.pt","runs"]`,
  );
  expect(hintOf({ reason })).toMatch(/read-only, but for the program: let it write to \/tmp/);
});

test("a program that was cut off is told of both clocks", () => {
  expect(hintOf({ reason: "ran longer than 7 s", status: "timed-out" })).toMatch(/--budget 60.*startupSeconds/);
});

test.each([
  ["go test ./...", "the check command failed: ran longer than 120 s", "budget.evaluateSeconds in the config, now"],
  [
    "cargo test",
    "the check command failed: exited with code 101: error: no matching package named `a` found",
    "cargo fetch",
  ],
  ["cargo bench", "ended with exit code 101: curl failed: Could not resolve host: a.b", "no network"],
  [
    "./x",
    "the check command failed: exited with code 127: sh: 1: zig: not found",
    '"check": {"command":"./x","env":{"PATH"',
  ],
  [
    "python3 x.py",
    "ended with exit code 1: ModuleNotFoundError: No module named 'words.count'",
    '{"PYTHONPATH":"src"}',
  ],
])("`%s`, %s: the hint is of what it is about", (run, reason, expected) => {
  expect(hintOf({ run, reason })).toContain(expected);
});

test("what Maven and Go have not downloaded is to be, outside", () => {
  const offline =
    "ended with exit code 1: [ERROR] Cannot access central (https://a.b/maven2) in offline mode and the artifact x:y:jar:1 has not been downloaded from it before.";
  const maven = hintOf({ run: "mvn -o -q compile && java -cp target/classes A", reason: offline });
  expect(maven).toContain("without `-o`, so that Maven downloads what is missing (`mvn -q compile`), then strop again");
  expect(hintOf({ run: "./mvnw -q compile --offline", reason: offline })).toContain("(`./mvnw -q compile`)");
  const printed = "a.go:2:8: missing go.sum entry for module providing package a.b/c; to add:\n\tgo get x";
  const go = hintOf({ run: "go vet", reason: "the check command failed: exited with code 1: go get x", printed });
  expect(go).toContain("run `go get x` outside, then strop again");
});

test("a tree of CMake's, which knows where it was built, is to be found empty", () => {
  const printed = "CMake Error: The current CMakeCache.txt directory /box/out/x/CMakeCache.txt is different than";
  expect(hintOf({ reason: "the check command failed: exited with code 2", printed })).toContain('"scratch": ["out/x"]');
});

test.each([
  "exited with code 127: sh: 1: vitest: not found",
  "exited with code 1: Error: Cannot find package 'vitest' imported",
])("of a package of a monorepo it is said where its packages are: %s", (reason) => {
  const hint = hintOf({ run: "npm test", reason: `the check command failed: ${reason}`, folder: "project/packages/a" });
  expect(hint).toContain("its packages are in ~/project/node_modules");
  expect(hint).toContain("make ~/project the task's folder");
  expect(hint).toContain("begin at packages/a");
});

const NO_LINE = "expected a line like `val_loss: 1.234` in the output, found none";

test.each([
  ["step 1 loss 3\nloss_val: 3.5", '"metric": "loss_val"'],
  ["validation loss (nats) 3.5", String.raw`"pattern":"^\\s*validation loss \\(nats\\) (.*)$"`],
  ["step 19 loss 3.25", String.raw`"metric": {"name":"loss","pattern":"\\bloss\\s+([-+\\d.eE]+)"}`],
  ["epoch 19 took 3.25", String.raw`"pattern":"^\\s*epoch \\d+ took (.*)$"`],
  [
    "epoch 3 | valid_loss 3.25 | acc 0.9\nsaved model_3.pt",
    String.raw`"metric": {"name":"valid_loss","pattern":"\\bvalid_loss\\s+([-+\\d.eE]+)"}`,
  ],
  [
    "epoch 3 | loss 3.25 | val_acc 0.9 | 2.5s",
    String.raw`"metric": {"name":"val_acc","direction":"maximize","pattern":"\\bval_acc\\s+([-+\\d.eE]+)"}`,
  ],
  [
    "epoch 3/30 train_loss 1.06 val_loss 1.03 val_acc 0.41 [0.6s]",
    String.raw`or say how it prints it: "metric": {"name":"val_loss","pattern":"\\bval_loss\\s+([-+\\d.eE]+)"}`,
  ],
  [
    "2026-11-23 05:04:00,050 INFO a.b: step 8 | train_loss 0.2 | val_loss 0.3969 | 0.1s",
    String.raw`or say how it prints it: "metric": {"name":"val_loss","pattern":"\\bval_loss\\s*([-+\\d.eE]+)"}`,
  ],
  [
    "BenchmarkPut-8  10000   16081 ns/op  16 B/op\nok  example.com/lru 0.468s",
    String.raw`"^\\s*BenchmarkPut.*?([-+\\d.eE]+)\\s*ns\\/op"`,
  ],
  ["BenchmarkGet 10000 16081 val_loss 10921 B/op", String.raw`"^\\s*BenchmarkGet.*?([-+\\d.eE]+)\\s*B\\/op"`],
  ["n: min 2.2 ms, val_loss: 2.25 ms, max 6 ms", String.raw`"pattern":"\\bval_loss:\\s*([-+\\d.eE]+)\\s*ms"`],
  ['{"mean": 1, "val_loss": 2}', String.raw`"pattern":"\\bval_loss\":\\s*([-+\\d.eE]+)"`],
  [
    "n=160 min: 2.2 ms  median: 2.25 ms",
    String.raw`"metric": {"name":"median","pattern":"\\bmedian:\\s*([-+\\d.eE]+)\\s*ms"}`,
  ],
  ["report took 0.7 seconds\n(0, [(1, 9.5)])", String.raw`"pattern":"^\\s*report took ([-+\\d.eE]+)\\s*seconds$"`],
  ["query took 0.7092 s", String.raw`"pattern":"^\\s*query took ([-+\\d.eE]+)\\s*s$"`],
  ["test_acc: 0.5", '"metric": {"name":"test_acc","direction":"maximize"}'],
  [
    "mean accuracy: 0.884 (+/- 0.016)",
    String.raw`"metric": {"name":"accuracy","direction":"maximize","pattern":"\\baccuracy:\\s*([-+\\d.eE]+)"}`,
  ],
  ["done", "let the program print it as `val_loss: 1.234`, or leave it in a JSON file"],
])("of a program that prints %j the hint says how to read it", (printed, expected) => {
  expect(hintOf({ reason: NO_LINE, printed })).toContain(expected);
});

test.each([
  "test fast ... bench:  1,234 ns/iter (+/- 56)",
  "val_loss: 1,234",
  "it took 1,234 ms",
  "real 1m2.3s",
  "in 00:01:23",
])("no pattern is offered that would read a part of the number in %j", (printed) =>
  expect(hintOf({ reason: NO_LINE, printed })).not.toContain("pattern"),
);

test.each([
  ["step 1, val_loss: 1.5E-3, done", 0.0015],
  ["it took 2.5E+3 ms", 2500],
  ["BenchmarkX-8  100  1.5E3 ns/op  3 B/op", 1500],
])("what is offered reads the whole number of %j", async (printed, value) => {
  const offered = /"metric": (\{.*\})/.exec(hintOf({ reason: NO_LINE, printed }))?.[1] ?? "";
  const metric = { direction: "minimize", ...(JSON.parse(offered) as { name: string }) } as Task["metric"];
  const file = async () => ({ found: "no file" });
  expect(await readMetric(metric, { value: undefined, printed, file, match: matchLines })).toMatchObject({ value });
});

test.each([
  ["make -s && ./main", "seconds", String.raw`"run": "make -s && bash -c 'TIMEFORMAT=\"seconds: %R\"; time ./main'"`],
  ["./main 3", "time", String.raw`"run": "bash -c 'TIMEFORMAT=\"time: %R\"; time ./main 3'"`],
  ["./main", "ms", `time ./main'", and "metric": "seconds"`],
  ["awk '{ print }' a | ./main", "seconds", `let the command end in bash -c 'TIMEFORMAT="seconds: %R"; time …'`],
  [["./main"], "seconds", `let the command end in bash -c`],
])("`%s` that prints no time is to be timed where %s is the score", (run, metric, expected) => {
  const reason = `expected a line like \`${metric}: 1.234\` in the output, found none`;
  for (const printed of ["done", "sorted 1000 rows in 3 batches", "checksum: 99"]) {
    expect(hintOf({ run, metric, reason, printed })).toContain(expected);
    expect(hintOf({ run, metric, reason, printed })).not.toContain("pattern");
  }
  expect(hintOf({ run, metric, reason, printed: "sorted 1000 rows\nit took 0.7 s" })).toContain('"pattern"');
  expect(hintOf({ run, metric: "val_loss", reason: NO_LINE, printed: "done" })).not.toContain("TIMEFORMAT");
});

test("a command that is timed already is not told to be", () => {
  const run = `make && bash -c 'TIMEFORMAT="seconds: %R"; time ./main'`;
  const reason = "expected a line like `seconds: 1.234` in the output, found none";
  expect(hintOf({ run, metric: "seconds", reason })).not.toContain("TIMEFORMAT");
});

test("of a line that is one long number the hint comes at once", () => {
  const printed = `${"a".repeat(1000)} ${"1".repeat(990)}`;
  expect(hintOf({ reason: NO_LINE, printed })).toContain('aaa (.*)$"');
});

test("a number with its unit is told how to be read without it", () => {
  const reason = "val_loss was printed as `1.5ms`, which is not a number";
  expect(hintOf({ reason, printed: "val_loss: 1.5ms" })).toContain(String.raw`"^\\s*val_loss:\\s*([-+\\d.eE]+)ms"`);
  expect(hintOf({ reason, printed: "val_loss: 1.5ms", pattern: "(.*)" })).toContain("the number alone");
});

test("a pattern that nothing matches is what to look at", () => {
  expect(hintOf({ reason: NO_LINE, printed: "val_loss: 3", pattern: "^loss (.*)$" })).toContain("^loss (.*)$");
});

test.each(["ended with exit code 127: sh: 1: ./bensh.sh: not found", "ended with exit code 1: SyntaxError"])(
  "%s: the program itself is to be looked at",
  (reason) => expect(hintOf({ run: "./bensh.sh", reason })).toContain("make the program run"),
);

test.each([
  "FileNotFoundError: [Errno 2] No such file or directory: '.env'",
  "Error: ENOENT: no such file or directory, open '/box/.env'",
  "cat: .env: No such file or directory",
])("a file that is not shown because it may hold keys is named: %s", (reason) => {
  expect(hintOf({ reason })).toContain('"environment": ["**", ".env"]');
});

test("data that lies outside the folder, or that a link leads to, is to be let in", () => {
  const big = join(made.folder, "big/cifar");
  symlinkSync(join(big, "train.npz"), join(made.folder, "project/train.npz"));
  for (const path of [join(big, "train.npz"), "./train.npz", "train.npz", "/box/train.npz"]) {
    const reason = `ended with exit code 1: FileNotFoundError: [Errno 2] No such file or directory: '${path}'`;
    expect(hintOf({ run: "python3 train.py", reason })).toContain('"mounts":["~/big/cifar"]');
    expect(hintOf({ run: "python3 train.py", reason, tier: "none" })).toContain("make the program run");
  }
  expect(hintOf({ reason: "cat: ./train.npz: No such file or directory" })).toContain('"mounts":["~/big/cifar"]');
  const reason = "ended with exit code 1: FileNotFoundError: No such file or directory: 'data/nowhere.npz'";
  expect(hintOf({ run: "python3 train.py", reason })).toContain("make the program run");
});

test("files that only root can read are explained to root, and to nobody else", () => {
  const failure = failed({ reason: "PermissionError: [Errno 13] Permission denied: 'data.txt'" });
  const machine = { find: () => undefined, home: "/root", variables: {} };
  expect(baselineHint(failure, { ...machine, isRoot: true })).toContain("chmod -R a+rX");
  expect(baselineHint(failure, { ...machine, isRoot: false })).not.toContain("chmod");
});
