import { describe, expect, test } from "vitest";

import type { Metric } from "../../src/core/task.ts";
import { NO_FILE, readMetric, type MetricReading, type MetricSources } from "../../src/judge/read-metric.ts";

const metric = (over: Partial<Metric> = {}): Metric => ({
  name: "val_bpb",
  direction: "minimize",
  pattern: undefined,
  file: undefined,
  deterministic: false,
  ...over,
});
const read = (sources: Partial<MetricSources>, over: Partial<Metric> = {}): Promise<MetricReading> =>
  readMetric(metric(over), {
    value: undefined,
    printed: "",
    file: () => Promise.resolve(NO_FILE),
    match: (pattern, lines) => lines.map((line) => pattern.exec(line)),
    ...sources,
  });
const printed = (text: string, over: Partial<Metric> = {}): Promise<MetricReading> => read({ printed: text }, over);

describe("a printed metric", () => {
  test("is read from autoresearch's summary, with the other numbers of the block", async () => {
    const output =
      "step 00010 (3.2%) | loss: 4.5\rstep 00020 | loss: 4.1\r\n---\nval_bpb:          0.997900\ntraining_seconds: 300.1\npeak_vram_mb:     45060.2\nnum_params_M:     50.3\ndepth: eight\n";
    expect(await printed(output)).toEqual({
      ok: true,
      value: 0.9979,
      metrics: { training_seconds: 300.1, peak_vram_mb: 45060.2, num_params_M: 50.3 },
      note: "",
    });
  });

  test.each([
    "val_bpb: 1.5",
    "  val_bpb:1.5  ",
    "val_bpb = 15e-1",
    "noise\rval_bpb: 1.5\rmore",
    "\u001b[32mval_bpb: 1.5\u001b[0m",
    "val_bpb: +1.5",
    "val_bpb: 1.5, val_acc: 90%",
    "val_bpb 1.5",
    '{"type": "eval", "val_bpb": 1.5, "lr": 0.1}\n{"type": "train", "lr": 0.2}\n{"val_bpb": null}',
    "{'loss': '2.5', 'val_bpb': '1.5', 'epoch': 3}",
  ])("is found in %j", async (text) => expect(await printed(text)).toMatchObject({ ok: true, value: 1.5, note: "" }));

  test.each([
    ["val_bpb 1.5\nval_bpb nan", {}, "NaN"],
    ["val_bpb 1.5\nval_bpb -inf", {}, "-Infinity"],
    ["epoch 1 | val_bpb 1.5 | best 1.5\nepoch 2 | val_bpb nan | best 1.5", { pattern: "val_bpb ([\\d.]+)" }, "NaN"],
    ["val_bpb 1.5 best 1.5\nval_bpb NaN best 1.5", { pattern: "val_bpb\\D*([\\d.]+)" }, "NaN"],
    ["val_bpb 1.5000\nval_bpb inf", { pattern: "val_bpb (\\d+\\.\\d{4})" }, "Infinity"],
  ])("of a program that broke in the end is no number from before: %j", async (text, over, found) =>
    expect(await printed(text, over)).toEqual({ ok: false, reason: `val_bpb is ${found}; expected a finite number` }),
  );

  test("may have `inf` in its name, and be beside what is no number", async () => {
    expect(await printed("inf norm: 1.5", { pattern: "inf norm: ([\\d.]+)" })).toMatchObject({ value: 1.5, note: "" });
    expect(await printed("nan: 1.5", { name: "nan" })).toMatchObject({ value: 1.5 });
    expect(await printed("grad nan val_bpb 1.5", { pattern: "val_bpb (.*)$" })).toMatchObject({ value: 1.5 });
  });

  test("counts as printed last, and a contradiction is noted", async () => {
    expect(await printed("val_bpb: 3\nval_bpb: 2\n")).toMatchObject({
      value: 2,
      note: "val_bpb was printed 2 times with different values; the last one counts",
    });
    expect(await printed("val_bpb: 2\nval_bpb: 2.0\n")).toMatchObject({ value: 2, note: "" });
  });

  test.each([
    ["nothing", "expected a line like `val_bpb: 1.234` in the output, found none"],
    ["my_val_bpb: 1", "found none"],
    ["val_bpbs: 1", "found none"],
    ["val_bpb: nan", "val_bpb is NaN; expected a finite number"],
    ["val_bpb: -inf", "val_bpb is -Infinity; expected a finite number"],
    ["val_bpb: 1e999", "val_bpb is Infinity; expected a finite number"],
    ["val_bpb: -1e200", "val_bpb is -1e+200; expected a number from -1e+100 to 1e+100"],
    ["val_bpb: soon", "val_bpb was printed as `soon`, which is not a number"],
    ["val_bpb: 0x10", "not a number"],
    ["val_bpb: 1,234", "not a number"],
    ["val_bpb 1.5 of 3", "found none"],
    ['{"val_bpb": NaN}', "val_bpb is NaN"],
    ['{"my_val_bpb": 1.5}', "found none"],
  ])("%j is no score", async (text, reason) => {
    expect(await printed(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("is missing where the task's own pattern would never be done with what was printed", async () => {
    const sources = { printed: "loss: 0.5", match: () => undefined };
    expect(await read(sources, { pattern: "loss: (.*)" })).toMatchObject({
      ok: false,
      reason: expect.stringContaining("metric.pattern"),
    });
  });

  test("follows the task's own pattern, and names with special characters are literal", async () => {
    expect(await printed("final score 0.75!", { pattern: String.raw`score (\S+)!` })).toMatchObject({ value: 0.75 });
    expect(await printed("f1.macro: 2\nf1xmacro: 3", { name: "f1.macro" })).toMatchObject({ value: 2 });
  });

  test.each([",", " ", "%|", "1", "{"])("is read in no time among thousands of lines full of %j", async (sign) => {
    const flood = `val_bpb: ${sign.repeat(4000 / sign.length)}x\n`.repeat(2000);
    expect(await printed(`${flood}val_bpb: 0.5,\n`)).toMatchObject({ ok: true, value: 0.5 });
  });

  test("is not drowned by a flood without a line break", async () => {
    expect(await printed(`${"x".repeat(2_000_000)}\nval_bpb: 1\n${"val_bpb ".repeat(200_000)}`)).toMatchObject({
      value: 1,
    });
  });
});

describe("a returned metric", () => {
  test("is the number of that name, and the others come along", async () => {
    expect(await read({ value: { val_bpb: 1.5, extra: 2, text: "x", __proto__: null } })).toMatchObject({
      ok: true,
      value: 1.5,
      metrics: { extra: 2 },
    });
  });

  test.each([
    [{ loss: 1 }, "returned was loss"],
    [{ val_bpb: "1" }, "returned was val_bpb"],
    [7, "nothing of that kind"],
    [[1], "nothing of that kind"],
    [{}, "nothing of that kind"],
  ])("%j is no score", async (value, reason) =>
    expect(await read({ value })).toMatchObject({ ok: false, reason: expect.stringContaining(reason) }),
  );

  test("takes nothing from inherited properties", async () => {
    expect((await read({ value: {} }, { name: "constructor" })).ok).toBe(false);
  });

  test("is preferred to a printed one, so that output cannot overrule an evaluator", async () => {
    expect(await read({ value: { val_bpb: 1 }, printed: "val_bpb: 0" })).toMatchObject({ value: 1 });
    expect((await read({ value: {}, printed: "val_bpb: 0" })).ok).toBe(false);
  });
});

test("names that could drive a terminal, or fill a journal, are left out", async () => {
  const value = { val_bpb: 1, "good (1)": 2, "\u001b[2J": 3, "two\nlines": 4, ["x".repeat(65)]: 5 };
  expect(await read({ value })).toMatchObject({ ok: true, metrics: { "good (1)": 2 } });
  const refused = await read({ value: { ["y".repeat(100_000)]: 1 } });
  expect(JSON.stringify(refused).length).toBeLessThan(200);
});

describe("a metric in a file", () => {
  const inFile = (text: string | undefined): Promise<MetricReading> =>
    read(
      {
        file: (name) => Promise.resolve(name === "out.json" && text !== undefined ? { text } : NO_FILE),
        printed: "val_bpb: 9",
      },
      { file: "out.json" },
    );

  test("is read from its JSON", async () => {
    expect(await inFile('{"val_bpb": 1.25, "params": 12}')).toMatchObject({
      ok: true,
      value: 1.25,
      metrics: { params: 12 },
    });
  });

  test("may stand beside numbers that Python writes and JSON does not have", async () => {
    const text = '{"val_bpb": 1.25, "params": 12, "norm": NaN, "best": [-Infinity, Infinity], "note": "NaN"}';
    expect(await inFile(text)).toMatchObject({ ok: true, value: 1.25, metrics: { params: 12 } });
    // Unbalanced, and long: nothing here takes more than one look at each character.
    expect(await inFile(`{"val_bpb": 1${" ".repeat(1_000_000)}NaN${",-".repeat(500_000)}`)).toMatchObject({
      ok: false,
    });
  });

  test("is also named by its path, as benchmarks write theirs", async () => {
    const file = () => Promise.resolve({ text: '{"benchmarks": [{"stats": {"mean": 2.5}}], "a.b": 3, "a": {"b": 4}}' });
    const readAt = (name: string) => read({ file }, { name, file: "out.json" });
    expect(await readAt("benchmarks.0.stats.mean")).toMatchObject({ ok: true, value: 2.5 });
    expect(await readAt("a.b")).toMatchObject({ ok: true, value: 3 });
    expect(await readAt("mean")).toMatchObject({
      reason: "expected a number named mean; out.json holds benchmarks.0.stats.mean",
    });
    for (const name of ["benchmarks.1.stats.mean", "benchmarks.0.stats.mean.x", "a.constructor.name", "benchmarks"])
      expect((await readAt(name)).ok).toBe(false);
  });

  test.each([
    [undefined, "found no such file"],
    ["{", "out.json is not valid JSON"],
    ["{}", "expected a number named val_bpb"],
    ['{"val_bpb":1e999}', "expected a finite number"],
    ['{"val_bpb": NaN, "params": 12}', "val_bpb is NaN; expected a finite number"],
    ['{"params": 12, "val_bpb": -Infinity\n}', "val_bpb is -Infinity; expected a finite number"],
  ])("%j is no score", async (text, reason) =>
    expect(await inFile(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) }),
  );
});
