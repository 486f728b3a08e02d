import { describe, expect, it } from "vitest";

import { taskUtility } from "../../src/downstream/task-utility.ts";
import { plusOne, sandbox, score, uncalibrated } from "./helpers.ts";

const honest = "export const algorithm = (x: number): number[] => [x + 1];";

describe("a task's utility", () => {
  it("is the mean score over the instances of the split, in order", async () => {
    const result = await score(plusOne(4), "export const algorithm = (x: number) => [x < 2 ? x + 1 : 0];");
    expect(result).toMatchObject({ score: 0.625, parts: [1, 1, 0.25, 0.25], reason: "", flags: [], losses: {} });
    expect(result.seconds.every((seconds) => seconds > 0)).toBe(true);
  });

  it("is 0 with a reason for a text that is no program, has no algorithm, or fails while it loads", async () => {
    const texts = {
      "const = ;": /Unexpected|Expected/,
      "": /algorithm/,
      "export const other = 1;": /algorithm/,
      "export const algorithm = 5;": /expected algorithm to be a function, found number/,
      "throw new RangeError('at the start'); export const algorithm = () => [1];": /at the start/,
      "import { readFileSync } from 'node:fs'; export const algorithm = () => [readFileSync];":
        /cannot import "node:fs"/,
      "import secrets from '../../../etc/passwd'; export const algorithm = () => [secrets];": /cannot import/,
    };
    for (const [text, reason] of Object.entries(texts)) {
      const result = await score(plusOne(3), text);
      expect(result, text).toMatchObject({ score: 0, parts: [0, 0, 0] });
      expect(result.reason, text).toMatch(reason);
    }
  });

  it("loses only the instances that the solution throws on", async () => {
    const solution = `export function algorithm(x: number) {
      if (x === 1) throw new Error("not this one");
      if (x === 2) throw { toString() { throw 1; } };
      if (x === 3) return 10n;
      return [x + 1];
    }`;
    const result = await score(plusOne(6), solution);
    expect(result).toMatchObject({ parts: [1, 0, 0, 0, 1, 1], reason: "", losses: { threw: 3 } });
    expect(result.problems[0]).toBe("Error: not this one");
  });

  it("loses only the instances that the solution is stuck on, and goes on with a new process", async () => {
    const solution = `let calls = 0;
    export function algorithm(x: number) {
      calls++;
      if (x === 1 || x === 4) for (;;);
      return [x === 5 ? calls : x + 1];
    }`;
    const result = await score(plusOne(6, { limitSeconds: 0.2 }), solution);
    expect(result).toMatchObject({ parts: [1, 0, 1, 1, 0, 0.25], losses: { late: 2 } });
    expect(result.problems).toEqual(["took longer than 0.2 reference seconds"]);
  });

  it("gives the paper's score to an instance that fails, but 0 to an answer of the wrong shape", async () => {
    const solution = "export const algorithm = (x) => { if (x === 0) throw 1; return x === 1 ? 'two' : [x + 1]; };";
    const result = await score(plusOne(3, { failureScore: 1e-6 }), solution);
    expect(result.parts).toEqual([1e-6, 0, 1]);
  });

  it("gives up a solution that is stuck from the start, and one that is stuck too often", async () => {
    const task = plusOne(8, { limitSeconds: 0.1 });
    const stuck = await score(task, "export const algorithm = () => { for (;;); };");
    expect(stuck).toMatchObject({ score: 0, losses: { late: 3, "given-up": 5 } });
    expect(stuck.reason).toMatch(/no instance of 8 has a valid answer/);
    const often = "export const algorithm = (x) => { if (x % 2) for (;;); return [x + 1]; };";
    const result = await score(task, often, { limits: { lostSeconds: 0.15 } });
    expect(result).toMatchObject({ parts: [1, 0, 1, 0, 0, 0, 0, 0], losses: { late: 2, "given-up": 4 } });
  });

  it("stops a solution that never finishes loading", async () => {
    const result = await score(plusOne(2), "for (;;); export const algorithm = (x) => [x + 1];", {
      limits: { startupSeconds: 0.2 },
    });
    expect(result).toMatchObject({ score: 0, reason: "loaded for more than 0.2 reference seconds" });
  });

  it("loses the instance that used up the memory", async () => {
    const solution = `export function algorithm(x: number) {
      const kept = [];
      if (x === 1) for (;;) kept.push(new Uint8Array(1e7).fill(1));
      return [x + 1];
    }`;
    const result = await score(plusOne(3, { limitSeconds: 20 }), solution, {
      limits: { memoryBytes: 256 * 1024 * 1024, lostSeconds: 60 },
    });
    expect(result.parts).toEqual([1, 0, 1]);
    expect(Object.keys(result.losses)).toHaveLength(1);
  });

  it("is the same every time, also for a solution that draws random numbers", async () => {
    const solution = "export const algorithm = () => [Math.floor(1000 * Math.random())];";
    const task = plusOne(12, {
      judge: (_, answer) => ({ score: Array.isArray(answer) ? Number(answer[0]) / 1000 : 0 }),
    });
    const [first, second] = [await score(task, solution), await score(task, `${solution}\n`)];
    expect(second.parts).toEqual(first.parts);
    expect(new Set(first.parts).size).toBeGreaterThan(6);
    expect((await score(task, solution, { seed: 2 })).parts).not.toEqual(first.parts);
  });

  it("turns a task's score outside of 0 to 1 into 0 with a flag", async () => {
    const scores = [10, -1, Number.NaN, Infinity, 1];
    const task = plusOne(5, { judge: ({ x }) => ({ score: scores[x] ?? 0 }) });
    const result = await score(task, honest);
    expect(result).toMatchObject({ parts: [0, 0, 0, 0, 1], flags: ["not-a-number", "out-of-range"] });
  });

  it("rejects with the signal's reason when it is aborted, and scores the next solution all the same", async () => {
    const task = plusOne(2, { limitSeconds: 30 });
    const utility = taskUtility({
      task,
      split: "test",
      seed: 1,
      sandbox: await sandbox(),
      calibration: uncalibrated,
    });
    const stop = new AbortController();
    const stuck = utility.score("export const algorithm = () => { for (;;); };", stop.signal);
    const waiting = utility.score(honest, new AbortController().signal);
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await expect(stuck).rejects.toThrow("enough");
    expect((await waiting).score).toBe(1);
  });

  it("says the calibration factor, allows more time by it, and slows the solution's clocks by it", async () => {
    const solution = `export function algorithm(x: number) {
      const [startedAt, date] = [performance.now(), Date.now()];
      while (performance.now() - startedAt < 100);
      return [Date.now() - date < 150 ? x + 1 : 0];
    }`;
    const task = plusOne(2, { limitSeconds: 0.2 });
    const result = await score(task, solution, { calibration: { factor: 4 } });
    // 100 of its milliseconds are 400 of ours: late without the factor.
    expect(result).toMatchObject({ factor: 4, score: 1 });
    expect((await score(task, solution.replace("< 100", "< 5000"))).losses).toEqual({ late: 2 });
  });
});
