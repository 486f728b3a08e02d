import { describe, expect, it } from "vitest";

import { distinctTexts } from "../../../src/loop/reprogram/distinct-texts.ts";

describe("the texts of an iteration", () => {
  it("are drawn once where they all differ", async () => {
    const rounds: number[] = [];
    const draw = (round: number) => [rounds.push(round), "b"].map(String);
    expect(await distinctTexts(draw, { count: 2, known: ["a"] })).toEqual(["1", "b"]);
    expect(rounds).toEqual([0]);
  });

  it("are drawn again where they repeat each other or the source", async () => {
    const rounds = [
      ["a", "b", "b"],
      ["b", "c", "a"],
      ["d", "e", "f"],
    ];
    const texts = await distinctTexts((round) => rounds[round] ?? [], { count: 3, known: ["a"] });
    expect(texts).toEqual(["b", "c", "d"]);
  });

  it("are as many as were asked for, even from a writer that only copies", async () => {
    let draws = 0;
    const copy = () => {
      draws++;
      return ["a", "a", "a"];
    };
    expect(await distinctTexts(copy, { count: 3, known: ["a"] })).toEqual(["a", "a", "a"]);
    expect(draws).toBe(4);
  });
});
