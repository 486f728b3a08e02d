import { describe, expect, it } from "vitest";

import { landscapes } from "../../../src/loop/self/landscapes.ts";
import { raceDesk } from "../../../src/loop/self/self-executor.ts";

const some = () => landscapes("search", { draws: 2, seed: 1 });

describe("the landscapes", () => {
  it("are the same for the same seed, and others for another seed and for the holdout", () => {
    const scores = (split: "search" | "holdout", seed: number) =>
      landscapes(split, { draws: 2, seed }).map(({ text, score }) => score(text));
    expect(scores("search", 1)).toEqual(scores("search", 1));
    expect(scores("search", 1)).not.toEqual(scores("search", 2));
    expect(scores("search", 1)).not.toEqual(scores("holdout", 1));
  });

  it("score a program of the same names, and nothing else", () => {
    for (const { text, score } of some()) {
      expect(score(text)).toBeGreaterThan(0);
      for (const bad of ["", `${text}x = 1\n`, text.replace(" = ", " = Infinity"), text.replace("_a", "_z"), "1"])
        expect(score(bad)).toBeNull();
    }
  });
});

describe("the race desk", () => {
  it("counts questions, remembers the best and says nothing more once a race's trials are used up", async () => {
    const all = some();
    const desk = raceDesk(all, { trials: 2, seed: 0 });
    const { race, score } = desk.functions;
    const first = all[0] as (typeof all)[number];
    expect(() => score("x", undefined)).toThrow(/used up/);
    expect(await race(null, undefined)).toMatchObject({ text: first.text, trials: 2 });
    expect(await score(first.text, undefined)).toBe(first.score(first.text));
    const better = first.text.replace("0.01", "0.02");
    const worse = first.text.replace("0.01", "0.005");
    const best = Math.min(...[better, worse].map((text) => Number(score(text, undefined))));
    expect(() => score(first.text, undefined)).toThrow(/used up/);
    const gained = -Math.log10(Math.min(best, Number(first.score(first.text))) / Number(first.score(first.text)));
    expect(desk.close().score).toBeCloseTo(gained / all.length, 12);
  });

  it("gives nothing for races that were not run, for nonsense and for ending early", async () => {
    const all = some();
    const desk = raceDesk(all, { trials: 2, seed: 0 });
    for (let race = await desk.functions.race(null, undefined); race !== null;) {
      expect(await desk.functions.score({ best: 0 }, undefined)).toBeNull();
      race = await desk.functions.race(null, undefined);
    }
    expect(desk.close()).toMatchObject({ score: 0, metrics: { decades_sphere: 0, decades_sparse: 0 } });
  });
});
