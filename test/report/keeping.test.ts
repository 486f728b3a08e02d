import { expect, test } from "vitest";

import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import { driftNote, hiddenNote, hugeGainNote, keepingNotes, noNoiseNote } from "../../src/report/keeping.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { wholeTrial } from "../journal/simple-trial.ts";

const headline = (direction: "minimize" | "maximize", score: number, trial = 2) => ({
  champion: { score, trial },
  champions: [{}, { gained: 1 }, { gained: 2 }],
  baselineScore: 10,
  repeats: 4,
  noise: { baseline: [9.9, 10, 10.1].map((one, index) => ({ index, score: one })) },
  task: { metric: { name: "ms", direction, pattern: undefined, file: undefined, deterministic: false } },
});

test("a champion that looks worse than the baseline is explained, and no other", () => {
  expect(driftNote(headline("minimize", 12))).toMatch(/different times/);
  expect(driftNote(headline("maximize", 9))).toMatch(/different times/);
  expect(driftNote(headline("minimize", 7))).toBeUndefined();
  expect(driftNote(headline("maximize", 13))).toBeUndefined();
  expect(driftNote(headline("minimize", 12, 0))).toBeUndefined();
  expect(driftNote({ ...headline("minimize", 12), repeats: 0 })).toBeUndefined();
  expect(driftNote({ ...headline("minimize", 12), baselineScore: null })).toBeUndefined();
});

test("a gain that pairs of runs did not show is told with what they showed, beyond the noise and half of it", () => {
  for (const score of [5, 8.9]) {
    const note = driftNote(headline("minimize", score));
    expect(note).toContain(`gained 3 in sum, not ${score === 5 ? "5" : "1.1"}: the two scores are of different times`);
  }
  expect(driftNote(headline("minimize", 6))).toBeUndefined();
  const loud = { baseline: [5, 10, 15].map((one, index) => ({ index, score: one })) };
  expect(driftNote({ ...headline("minimize", 5), noise: loud })).toBeUndefined();
  expect(driftNote({ ...headline("minimize", 5), champions: [{}, {}, { gained: 2 }] })).toBeUndefined();
});

test("a program that says of itself that it became twice as good is doubted, and no other", () => {
  const note = (direction: "minimize" | "maximize", score: number, more: object = {}) => {
    const { task, ...rest } = headline(direction, score);
    const unchecked = { evaluate: undefined, check: undefined, settings: undefined };
    return hugeGainNote({ ...rest, task: { ...task, ...unchecked, ...more } });
  };
  expect(note("minimize", 4.9)).toMatch(/less work/);
  expect(note("maximize", 20.1)).toMatch(/less work/);
  expect(note("minimize", 5)).toBeUndefined();
  expect(note("maximize", 20)).toBeUndefined();
  const command = { argv: ["make", "test"], shell: false, mounts: [], env: {} };
  for (const more of [{ check: command }, { evaluate: command }, { settings: {} }])
    expect(note("minimize", 1, more)).toBeUndefined();
});

test("a task that scores the same each time is told what that could save, and no other", () => {
  const { task } = headline("maximize", 1);
  const noise = (...scores: (number | null)[]) => ({ baseline: scores.map((score, index) => ({ index, score })) });
  const note = (...scores: (number | null)[]) => noNoiseNote({ noise: noise(...scores), task });
  expect(note(1, 1, 1)).toMatch(/same 3 times: .*deterministic: true/);
  expect(note(1, 1, 1.001)).toBeUndefined();
  expect(note(1, 1, null)).toBeUndefined();
  const deterministic = { metric: { ...task.metric, deterministic: true } };
  expect(noNoiseNote({ noise: noise(1, 1, 1), task: deterministic })).toBeUndefined();
});

test("a run that kept nothing though edits looked better hears what its noise hides", () => {
  const events: RunEvent[] = [startedEvent("maximize"), ...wholeTrial(0, 4, "keep"), ...wholeTrial(1, 4.5, "discard")];
  const ended = events.reduce<RunState | null>(reduce, null) as RunState;
  const judge = { rule: "auto", alpha: 0.05, maxRepeats: 12, margin: undefined } as const;
  const baseline = [4, 4.5, 3.5, 4.2, 3.8].map((score, index) => ({ index, score }));
  const noisy = { ...ended, task: { ...ended.task, judge }, noise: { ...ended.noise, baseline } };
  const told = hiddenNote(noisy);
  expect(told).toMatch(
    /^1 edit looked better, which the noise of 0\.38 can explain: 12 pairs of runs show gains from about 0\.\d+ on/,
  );
  const least = (note: string | undefined) => Number(/about (\S+) on/.exec(note ?? "")?.[1]);
  const many = { ...noisy, task: { ...noisy.task, judge: { ...judge, maxRepeats: 50 } } };
  expect(least(hiddenNote(many))).toBeLessThan(least(told) / 2);
  const worse = { ...noisy, recent: noisy.recent.filter(({ trial }) => trial === 0) };
  const strict = { ...noisy, task: { ...noisy.task, judge: { ...judge, rule: "strict" as const } } };
  const exact = { ...noisy, noise: { ...noisy.noise, baseline: baseline.map((one) => ({ ...one, score: 4 })) } };
  const evidence = { purse: "clear", level: 0.01, logEvidence: -2, pairs: 1, gain: -0.06, error: 0.03 } as const;
  const shownWorse = {
    ...noisy,
    recent: noisy.recent.map((one) =>
      one.trial === 1 && one.verdict !== null ? { ...one, verdict: { ...one.verdict, evidence } } : one,
    ),
  };
  for (const other of [worse, shownWorse, strict, exact]) expect(hiddenNote(other)).toBeUndefined();
});

test("the noise is told with the champion's own, where it was measured anew", () => {
  const events: RunEvent[] = [startedEvent("minimize"), ...wholeTrial(0, 4, "keep"), ...wholeTrial(1, 1, "keep")];
  const ended = events.reduce<RunState | null>(reduce, null) as RunState;
  const runs = (...scores: number[]) => scores.map((score, index) => ({ index, score }));
  const noise = { ...ended.noise, baseline: runs(4, 4.2, 3.8) };
  const anew = { trial: 1, runs: runs(1, 1.02, 0.98) };
  const told = (of: RunState["noise"]) => keepingNotes({ ...ended, repeats: 6, noise: of }).join(" ");
  expect(told({ ...noise, anew })).toContain(
    "Noise: 0.2 between seeds (3 runs of the baseline), 0.02 since trial 1 (3 runs of it).",
  );
  expect(told(noise)).toContain("Noise: 0.2 between seeds (3 runs of the baseline). ");
});
