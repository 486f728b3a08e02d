/** order-report as strop runs it: the frozen harness in the sandbox, the host's clock, reports compared byte for byte. */
import { expect, test } from "vitest";

import { runTrials } from "../../bench/order-report/measure.ts";
import { generate } from "../../examples/order-report/generate.ts";
import { referenceReport } from "../../examples/order-report/reference.ts";
import evaluate from "../../examples/order-report/evaluate.ts";
import { writeReport } from "../../examples/order-report/src/report.ts";
import { writeReport as writeReportFast } from "../../bench/order-report/expert/report.ts";

const measured = { trainSeconds: 2, cpuSeconds: 2.5, wallSeconds: 3, peakMemoryBytes: 1e8 };
const scoreOf = (reports: readonly string[], change: Partial<typeof measured> = {}): ReturnType<typeof evaluate> =>
  evaluate({
    seed: 5,
    measured: { ...measured, ...change },
    data: {},
    assets: {},
    outputs: Object.fromEntries(reports.map((text, round) => [`report-${round}.txt`, new TextEncoder().encode(text)])),
  });
const rightReports = [0, 1, 2].map((round) => referenceReport(generate(5, round)));

test("the program as it is, and an expert's version of it, agree with the reference on fresh data", () => {
  const input = generate(11, 0);
  const expected = referenceReport(input);
  expect(writeReport(input.orders, input.products)).toBe(expected);
  expect(writeReportFast(input.orders, input.products)).toBe(expected);
  expect(expected.split("\n").length).toBeGreaterThan(100);
  expect(expected).toMatch(/Entered twice\?\n {2}o\d+ o\d+/);
});

test("other seeds and rounds give other data, the same ones the same", () => {
  expect(generate(1, 0)).toEqual(generate(1, 0));
  expect(generate(1, 0)).not.toEqual(generate(1, 1));
  expect(generate(1, 0)).not.toEqual(generate(2, 0));
});

test("the score is the time that the host measured", () => {
  expect(scoreOf(rightReports)).toMatchObject({ cpu_seconds: 2, setup_seconds: 0.5 });
});

test("a wrong byte, a missing report and work before the clock make a program invalid", () => {
  const wrong = rightReports.with(2, (rightReports[2] as string).replace("median", "Median"));
  expect(() => scoreOf(wrong)).toThrow("report 2 is wrong on line 1");
  expect(() => scoreOf(rightReports.slice(1))).toThrow("report 0 is wrong");
  expect(() => scoreOf(rightReports.with(1, `${rightReports[1]}\n`))).toThrow("report 1 is wrong on line");
  expect(() => scoreOf(rightReports, { cpuSeconds: 9 })).toThrow("before the clock");
});

test(
  "trials of the program as it is, a wrong one and one that reaches for the answers end as they should",
  { timeout: 240_000 },
  async () => {
    const [usual] = await runTrials({}, [1]);
    expect(usual).toMatchObject({ status: "scored", selfReported: false, reason: "" });
    expect(usual!.score).toBeGreaterThan(0.05);
    const [wrong] = await runTrials({ "src/report.ts": "export const writeReport = () => 'fast';\n" }, [1]);
    expect(wrong).toMatchObject({ status: "invalid", reason: expect.stringContaining("report 0 is wrong on line 1") });
    const peek = 'import { referenceReport } from "../reference.ts";\nexport const writeReport = referenceReport;\n';
    const [cheat] = await runTrials({ "src/report.ts": peek }, [1]);
    expect(cheat!.status).toBe("invalid");
  },
);
