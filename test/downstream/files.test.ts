import { describe, expect, it } from "vitest";

import { fromDimacs, parseDimacs } from "../../src/downstream/dimacs.ts";
import { fromGset, parseGset } from "../../src/downstream/gset.ts";
import { fromQaplib, parseQaplib, parseQaplibSolution } from "../../src/downstream/qaplib.ts";
import { score } from "./helpers.ts";
import { good } from "./solutions.ts";

const badFile = (message: RegExp) =>
  expect.objectContaining({ code: "downstream.bad-file", message: expect.stringMatching(message) as string }) as Error;
const named = (text: string) => ({ name: "own.txt", text });

describe("DIMACS files", () => {
  const text = "c a comment\nc another\np cnf  4   3 \n 1 -2 3 0\n-1 2\n 4 0 -3 -4 1 0\n%\n0\n\n";

  it("load with comments, clauses over several lines, and SATLIB's footer", () => {
    const clauses = [
      [1, -2, 3],
      [-1, 2, 4],
      [-3, -4, 1],
    ];
    expect(parseDimacs(named(text))).toEqual({ variables: 4, clauses });
    expect(parseDimacs(named("p cnf 2 2\r\n1 -2 0\r\n-1 2"))).toEqual({
      variables: 2,
      clauses: [
        [1, -2],
        [-1, 2],
      ],
    });
  });

  it("are refused with the reason when they do not keep what they say", () => {
    expect(() => parseDimacs(named("1 2 0"))).toThrow(badFile(/own\.txt: expected a line `p cnf/));
    expect(() => parseDimacs(named("p cnf 2 2\n1 2 0"))).toThrow(badFile(/expected 2 clauses, found 1/));
    expect(() => parseDimacs(named("p cnf 2 1\n1 3 0"))).toThrow(badFile(/literals of 2 variables, found 3/));
    expect(() => parseDimacs(named("p cnf 2 1\n1 two 0"))).toThrow(badFile(/expected a number, found two/));
    expect(() => fromDimacs([named("p cnf 2 1\n1 2 0")])).toThrow(badFile(/three literals, found one of 2/));
  });

  it("become a task", async () => {
    const task = fromDimacs([named(text), named(text)], { limitSeconds: 5 });
    expect(task.limitSeconds).toBe(5);
    expect(await score(task, good["sat"] as string)).toMatchObject({ score: 1, parts: [1, 1] });
    const wrong = "export const algorithm = (n) => [true, true, false, false].slice(0, n);";
    expect((await score(task, wrong)).parts).toEqual([1, 1]);
    expect((await score(task, wrong.replace("true, true", "true, false"))).parts).toEqual([0.01, 0.01]);
  });
});

describe("Gset files", () => {
  // A square with one diagonal that costs.
  const text = "4 5\n1 2 1\n2 3 1\n3 4 1\n4 1 1\n1 3 -2\n";

  it("load as symmetric matrices", () => {
    expect(parseGset(named(text))).toEqual([
      [0, 1, -2, 1],
      [1, 0, 1, 0],
      [-2, 1, 0, 1],
      [1, 0, 1, 0],
    ]);
    expect(() => parseGset(named("2 1\n1 2"))).toThrow(badFile(/1 edges of three numbers, found 2 numbers/));
    expect(() => parseGset(named("2 1\n1 3 1"))).toThrow(badFile(/two of 2 nodes, found 1 3/));
    expect(() => parseGset(named("\n"))).toThrow(badFile(/NODES EDGES`, found 0 nodes/));
  });

  it("become a task in which the best known cut scores 1, and a negative one 0", async () => {
    const files = [{ ...named(text), best: 4 }, named(text)];
    const task = fromGset(files, { limitSeconds: 5 });
    expect((await score(task, "export const algorithm = () => [0, 1, 0, 1];")).parts).toEqual([1, 1]);
    expect((await score(task, "export const algorithm = () => [1, 0, 0, 0];")).parts).toEqual([0, 0]);
    expect((await score(task, "export const algorithm = () => [0, 1, 0, 0];")).parts).toEqual([0.5, 0.5]);
    expect(await score(task, good["max-cut"] as string)).toMatchObject({ score: 1 });
  });
});

describe("QAPLIB files", () => {
  const text = "3\n\n 0 5 2\n5 0 3\n2 3 0\n\n0 8 15\n8 0 13\n15 13 0\n";

  it("load, and their solutions are checked in either reading", () => {
    const problem = parseQaplib(named(text));
    expect(problem.flow).toEqual([
      [0, 5, 2],
      [5, 0, 3],
      [2, 3, 0],
    ]);
    expect(problem.distance[2]).toEqual([15, 13, 0]);
    // Facilities 1, 2, 3 at 1, 2, 3: 2 · (5·8 + 2·15 + 3·13) = 218.
    expect(parseQaplibSolution(named("3 218\n1 2 3"), problem)).toEqual({ cost: 218, assignment: [0, 1, 2] });
    expect(parseQaplibSolution(named("3 218"), problem)).toEqual({ cost: 218, assignment: undefined });
    const cyclic = 2 * (5 * 13 + 2 * 8 + 3 * 15);
    expect(parseQaplibSolution(named(`3 ${cyclic}\n2,3,1`), problem).assignment).toEqual([1, 2, 0]);
    const backwards = 2 * (5 * 15 + 2 * 13 + 3 * 8);
    expect(parseQaplibSolution(named(`3 ${backwards}\n2,3,1`), problem).assignment).toEqual([2, 0, 1]);
    expect(() => parseQaplibSolution(named("3 1\n1 2 3"), problem)).toThrow(badFile(/cost 1, found 218/));
    expect(() => parseQaplibSolution(named("3 1\n1 2 2"), problem)).toThrow(badFile(/permutation of 1 to 3/));
    expect(() => parseQaplibSolution(named("3"), problem)).toThrow(badFile(/found no cost/));
    expect(() => parseQaplib(named("3 1 2"))).toThrow(badFile(/two matrices of 3 × 3 numbers, found 2/));
    expect(() => parseQaplib(named(""))).toThrow(badFile(/found 0 facilities/));
  });

  it("become a task from the identity's cost to the best known", async () => {
    const task = fromQaplib([{ ...named(text), best: 218 - 2 }], { limitSeconds: 5 });
    expect((await score(task, "export const algorithm = () => [0, 1, 2];")).parts).toEqual([0]);
    expect((await score(task, "export const algorithm = () => [0, 0, 2];")).flags).toEqual(["not-a-permutation"]);
  });
});
