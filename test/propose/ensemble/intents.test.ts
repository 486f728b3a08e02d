import { describe, expect, it } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import {
  combine,
  different,
  INTENTS,
  repair,
  simplify,
  structure,
  withIntents,
} from "../../../src/propose/ensemble/intents.ts";
import { baselineId, contextAfter, trialRecord } from "./records.ts";

const choose = withIntents(() => ({ model: "a", temperature: undefined }));
/** The intents of 300 asks after `trials`, with how often each came. */
function drawn(trials: readonly TrialRecord[], changes = {}): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < 300; i++) {
    const intent = choose(contextAfter(trials, { ...changes, random: createRandom(i) }))?.intent ?? "";
    counts.set(intent, (counts.get(intent) ?? 0) + 1);
  }
  return counts;
}
const by = (trial: number, intent: string, isKept = false) =>
  trialRecord({ trial, isKept, detail: { model: "a", ...(intent !== "" && { intent }) } });

describe("withIntents", () => {
  it("leaves the model free about as often as it steers it, before anything is known", () => {
    const counts = drawn([]);
    expect(counts.get("")).toBeGreaterThan(60);
    expect(counts.get(structure.text)).toBeGreaterThan(40);
    for (const intent of [simplify, repair, combine, different]) expect(counts.has(intent.text)).toBe(false);
  });

  it("steers more often to what paid, and less to what did not", () => {
    const before = drawn([]).get(structure.text) as number;
    const paying = Array.from({ length: 6 }, (_, i) => by(i + 1, structure.text, i > 0));
    const blank = Array.from({ length: 12 }, (_, i) => by(i + 1, structure.text));
    expect(drawn(paying).get(structure.text)).toBeGreaterThan(1.5 * before);
    expect(drawn(blank).get(structure.text) ?? 0).toBeLessThan(before / 2);
  });

  it("asks for a repair right after an edit of a model's that failed, and once only", () => {
    const failed = (intent: string) => trialRecord({ trial: 1, status: "crashed", detail: { model: "a", intent } });
    expect(drawn([failed("")]).get(repair.text)).toBeGreaterThan(60);
    expect(drawn([failed(repair.text)]).has(repair.text)).toBe(false);
    expect(drawn([trialRecord({ trial: 1, status: "crashed", proposer: "tpe" })]).has(repair.text)).toBe(false);
  });

  it("asks to combine once two trials were kept, and for something else once nothing has helped for a while", () => {
    expect(drawn([by(1, "", true), by(2, "", true)]).has(combine.text)).toBe(true);
    expect(drawn([by(1, "", true)]).has(combine.text)).toBe(false);
    expect(drawn(Array.from({ length: 12 }, (_, i) => by(i + 1, "")))).toSatisfy(
      (counts: ReadonlyMap<string, number>) => counts.has(different.text),
    );
  });

  it("asks to simplify a program that has grown", () => {
    const champion = { candidate: "grown", score: 1, trial: 1 };
    const texts: Readonly<Record<string, string>> = { grown: "rate = 0.1\n".repeat(3), [baselineId]: "rate = 0.1\n" };
    const program = (id: string) => ({ "main.py": texts[id] ?? "" });
    expect(drawn([by(1, "", true)], { champion, program }).has(simplify.text)).toBe(true);
  });

  it("has nothing to steer when no model is to be asked", () => {
    expect(withIntents(() => null)(contextAfter([]))).toBeNull();
    expect(new Set(INTENTS.map(({ text }) => text)).size).toBe(INTENTS.length);
  });
});
