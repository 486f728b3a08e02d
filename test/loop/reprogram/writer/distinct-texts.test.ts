import { describe, expect, it } from "vitest";

import { distinctTexts } from "../../../../src/loop/reprogram/writer/distinct-texts.ts";

const ones = (texts: readonly string[]) => texts.map((text) => ({ text }));

describe("the texts of an iteration", () => {
  it("are drawn once where they all differ", async () => {
    const rounds: number[] = [];
    const draw = (round: number) => ones([rounds.push(round), "b"].map(String));
    expect(await distinctTexts(draw, { count: 2, known: ["a"] })).toEqual({ texts: ones(["1", "b"]), repeated: [] });
    expect(rounds).toEqual([0]);
  });

  it("are drawn again where they repeat each other or the source", async () => {
    const rounds = [
      ["a", "b", "b"],
      ["b", "c", "a"],
      ["d", "e", "f"],
    ];
    const { texts, repeated } = await distinctTexts((round) => ones(rounds[round] ?? []), { count: 3, known: ["a"] });
    expect(texts).toEqual(ones(["b", "c", "d"]));
    expect(repeated).toEqual(ones(["a", "b", "b", "a"]));
  });

  it("are as many as were asked for, even from a writer that only copies", async () => {
    let draws = 0;
    const copy = () => {
      draws++;
      return ones(["a", "a", "a"]);
    };
    const { texts, repeated } = await distinctTexts(copy, { count: 3, known: ["a"] });
    expect(texts).toEqual(ones(["a", "a", "a"]));
    expect(repeated).toHaveLength(9);
    expect(draws).toBe(4);
  });
});
