import { expect, it } from "vitest";

import { bareTask } from "../../src/core/bare-task.ts";
import { createRandom } from "../../src/core/numerics/random.ts";
import type { CandidateId } from "../../src/core/trial.ts";
import { examination, isAboutCost } from "../../src/propose/examination.ts";
import { literalSpace } from "../../src/propose/literals/literal-space.ts";
import { rewritesFor } from "../../src/propose/rewrites.ts";
import { sourcesOf } from "../../src/propose/sources.ts";
import type { ProposerContext } from "../../src/propose/types.ts";

const MODULE = { kind: "module", module: "evaluate.ts", data: [] } as const;

/** A run at its beginning. */
function contextOf(files: Readonly<Record<string, string>>, metric: string, given: object = {}): ProposerContext {
  const candidate = "c" as CandidateId;
  return {
    direction: "minimize",
    task: bareTask({
      name: "t",
      program: ["*"],
      proposer: "rewrites",
      metric: { name: metric, direction: "minimize" },
      ...given,
    }),
    trial: 1,
    agenda: "",
    champion: { candidate, score: 1, trial: 0 },
    baseline: { candidate, score: 1 },
    history: [],
    pending: [],
    program: () => files,
    random: createRandom("a"),
  };
}

const C = `#define N 384
#define BLOCK 32
static double now(void) {
  clock_gettime(CLOCK, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
static void multiply(const double *a, double *b) {
  for (int k = 0; k < 400; k += BLOCK) {
    prepare(k);
    b[k] += a[k];
  }
}
int main(void) {
  double start = now();
  for (int i = 0; i < 30; i++) multiply(a, b);
  prepare(9);
  printf("time: %f", now() - start);
}
`;

const labels = async (metric: string, given: object = {}) =>
  (await literalSpace(contextOf({ "a.c": C }, metric, given))).map(({ site }) => site.text);

it("how much a program has to do is not for tuning where its time is the score, its portions are", async () => {
  expect(await labels("time")).toEqual(["32"]);
  expect(await labels("error")).toEqual(["384", "32", "400", "30", "9"]);
  expect(await labels("time", { evaluate: MODULE })).toEqual(["384", "32", "9"]);
});

it("features of a program that is to be fast are not for tuning", async () => {
  const text = `function f(x, { coefficient = 1.5, strict = true, base = 2, width = 7 } = {}) {
  return x === 0x2e || x < 16 ? x : g(x, { threads: 2 });
}
`;
  const found = async (metric: string) =>
    (await literalSpace(contextOf({ "a.js": text }, metric))).map(({ site }) => site.text);
  expect(await found("ms")).toEqual(["16", "2"]);
  expect(await found("loss")).toEqual(["1.5", "true", "2", "7", "0x2e", "16", "2"]);
});

const rules = async (metric: string, given: object = {}) => {
  const found = await rewritesFor(contextOf({ "a.c": C }, metric, given));
  return new Set(found.map(({ rule, rewrite }) => `${rule.name} ${rewrite.description}`));
};

it("what makes programs faster is for tasks whose score is a cost", async () => {
  const [timed, scored] = [await rules("time"), await rules("error")];
  expect([...timed].filter((one) => one.startsWith("compiler-flags"))).not.toEqual([]);
  expect([...scored].filter((one) => one.startsWith("compiler-flags"))).toEqual([]);
});

it("where cost is the score nothing is left out, whoever says what is right: what no test asks for would go first", async () => {
  expect(await rules("error")).toContain("statements delete prepare(k);");
  for (const given of [{}, { check: MODULE }, { evaluate: MODULE }]) {
    const found = [...(await rules("time", given))];
    expect(found.filter((one) => /^(?:statements|operators) /.test(one))).toEqual([]);
    expect(found).not.toEqual([]);
  }
});

it("what is remembered, or is called a score, may be faster where an evaluator gives out the work, and not where the program times itself", async () => {
  const text =
    "def score(xs):\n    best = 0\n    for x in xs:\n        best += x * len(xs)\n    return best\n\n\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\n\nprint(score([fib(20)]))\n";
  const found = async (given: object) => {
    const placed = await rewritesFor(contextOf({ "a.py": text }, "seconds", given));
    return placed.map(({ rule }) => rule.name);
  };
  expect(await found({ evaluate: MODULE })).toEqual(expect.arrayContaining(["memo", "hoist"]));
  expect((await found({})).filter((name) => /^(?:memo|hoist)$/.test(name))).toEqual([]);
});

it.each([
  "seconds",
  "cpu_ms",
  "ns/op",
  "benchmarks.0.stats.median",
  "results.0.mean",
  "files.0.groups.0.benchmarks.0.median",
])("%s is a cost", (name) => {
  const { task } = contextOf({}, name);
  expect([isAboutCost(task), isAboutCost(contextOf({}, "val_loss").task)]).toEqual([true, false]);
});

it.each([
  ["a.go", "package a\nfunc f() {\n\tfor week := 1; week <= 53; week++ {\n\t\tg(week, 17)\n\t}\n}\n"],
  ["a.py", "def f():\n    for week in range(53):\n        g(week, 17)\n"],
  ["a.ts", "let week = 17;\nwhile (week < 53) week = g(week);\n"],
  ["a.rs", "fn f() { for week in 1..53 { g(week, 17); } }\n"],
])(
  "how often a loop goes round is left alone where cost is the score, whoever gives out the work: %s",
  async (path, text) => {
    const space = async (metric: string) => {
      const dimensions = await literalSpace(contextOf({ [path]: text }, metric, { evaluate: MODULE }));
      return dimensions.map(({ site }) => site.value);
    };
    expect(await space("seconds")).toContain(17);
    expect(await space("seconds")).not.toContain(53);
    expect(await space("loss")).toContain(53);
  },
);

it("a script that reads the clock sets its examination in what it does, not in what it names", async () => {
  const text =
    "import time\nBUFFER = 64\ndef work(n):\n    return n + 17\nt = time.perf_counter()\nwork(99)\nprint(time.perf_counter() - t)\n";
  const spans = examination(await sourcesOf({ "a.py": text })).get("a.py") ?? [];
  const inside = spans.map(({ start, end }) => text.slice(start, end));
  expect(inside).toContain("work(99)");
  expect(inside.join()).not.toMatch(/BUFFER|17/);
});
