import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { sha256 } from "../../../src/core/candidate.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { Purse } from "../../../src/core/contest.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { spentWithout } from "../../../src/journal/fold/contests.ts";
import type { RunEvent } from "../../../src/journal/events.ts";
import { reduce } from "../../../src/journal/fold/reduce.ts";
import { type OpenContest, type RunState, STATE_VERSION, TOP, WINDOW } from "../../../src/journal/state.ts";
import { NOTHING_SPENT, nextLevel } from "../../../src/judge/levels.ts";
import { arbitraryRun, playRun, startedEvent, type Step, taskTowards } from "../arbitrary-run.ts";
import { begun, failed, outcome, proposed, scored, wholeTrial } from "../simple-trial.ts";

const fold = (events: readonly RunEvent[]): RunState =>
  events.reduce<RunState | null>(reduce, null) ?? expect.unreachable("no events");

const baseline = [startedEvent(), ...wholeTrial(0, 5, "keep")];

describe("the fold of a run", () => {
  it("makes the kept baseline the first champion and every later kept trial the next", () => {
    const state = fold([...baseline, ...wholeTrial(1, 6), ...wholeTrial(2, 4, "keep"), ...wholeTrial(3, 4.5)]);
    expect(state.baselineScore).toBe(5);
    expect(state.champions.map(({ trial, score }) => [trial, score])).toEqual([
      [0, 5],
      [2, 4],
    ]);
    expect(state.champion).toEqual({ candidate: "0000000000000002", trial: 2, score: 4, runs: 1, fresh: 0 });
    expect(state.sinceImprovement).toBe(1);
    expect(state.best.map((record) => record.trial)).toEqual([2, 3, 0, 1]);
    expect(state.counts).toMatchObject({ scored: 4, kept: 2, discarded: 2 });
    expect(state.proposers).toEqual({ tpe: { trials: 4, kept: 2, reward: 2 } });
  });

  it("takes back a champion that fails: the one before it again, and counts and records as if it had failed at once", () => {
    const run = (index: number, status: "scored" | "invalid" | "crashed", score: number | null): RunEvent => ({
      type: "repeat.finished",
      at: 0,
      repeat: { of: "champion", side: "champion", index },
      outcome: outcome({ status, score, reason: "it was wrong" }),
    });
    const before = [
      ...baseline,
      ...wholeTrial(1, 6),
      ...wholeTrial(2, 4, "keep"),
      run(0, "scored", 4.2),
      run(1, "crashed", null),
      run(1, "invalid", null),
    ];
    expect(fold(before).champion).toMatchObject({ trial: 2, fresh: 1, failed: 1, failure: "it was wrong" });
    const event: RunEvent = { type: "champion.deposed", at: 0, trial: 2, reason: "it fails" };
    const state = fold([...before, event]);
    expect(state.champions).toEqual([{ ...fold(baseline).champion, insteadOf: 2 }]);
    expect(state.champion).toBe(state.champions[0]);
    expect(state.counts).toMatchObject({ scored: 2, invalid: 1, kept: 1, discarded: 2 });
    expect(state.proposers).toEqual({ tpe: { trials: 3, kept: 1, reward: 1 } });
    expect(state.best.map(({ trial }) => trial)).toEqual([0, 1]);
    expect(state.recent.at(-1)).toMatchObject({
      trial: 2,
      outcome: { status: "invalid", score: null, reason: "it fails" },
      verdict: { decision: "discard", reason: "it fails" },
    });
    const again = fold([...before, event, ...wholeTrial(3, 3, "keep")]);
    expect(again.champions.map(({ trial }) => trial)).toEqual([0, 3]);
    for (const trial of [0, 1]) expect(() => fold([...before, event, { ...event, trial }])).toThrow("the champion");
  });

  it("ranks the higher score first when the metric is to be maximised, and the earlier trial on a tie", () => {
    const state = fold([
      startedEvent("maximize"),
      ...wholeTrial(0, 1, "keep"),
      ...wholeTrial(1, 3),
      ...wholeTrial(2, 3),
      ...wholeTrial(3, 2),
    ]);
    expect(state.best.map((record) => record.trial)).toEqual([1, 2, 3, 0]);
  });

  it("leaves an interrupted trial open with its reason, and forgets the reason when it starts again", () => {
    const interrupted = fold([...baseline, proposed(1), begun(1), failed(1, "interrupted", "Ctrl-C")]);
    expect(interrupted.open).toMatchObject([{ trial: 1, attempts: 1, outcome: { reason: "Ctrl-C" }, verdict: null }]);
    expect(interrupted.counts).toMatchObject({ interrupted: 1, kept: 1, discarded: 0 });
    const again = reduce(interrupted, begun(1, 2));
    expect(again.open).toMatchObject([{ trial: 1, attempts: 2, outcome: null }]);
    expect(reduce(again, scored(1, 9)).open).toEqual([]);
  });

  it("keeps the last 512 finished trials by number and the best 64, whatever the order they finish in", () => {
    const count = WINDOW + 100;
    const trials = createRandom("order").shuffle(Array.from({ length: count }, (_, i) => i + 1));
    const state = fold([
      ...baseline,
      ...Array.from({ length: count }, (_, i) => proposed(i + 1)),
      ...trials.flatMap((trial) => [begun(trial), scored(trial, 1_000 - (trial % 97))]),
    ]);
    const expected = Array.from({ length: count }, (_, i) => i + 1).sort((a, b) => (b % 97) - (a % 97) || a - b);
    expect(state.recent.map((record) => record.trial)).toEqual(Array.from({ length: WINDOW }, (_, i) => i + 101));
    expect(state.best.map((record) => record.trial)).toEqual([0, ...expected].slice(0, TOP));
  });

  it("counts the time of every session and nothing of the time between, even when the clock jumps back", () => {
    const at = (event: RunEvent, time: number): RunEvent => ({ ...event, at: time });
    const resumed: RunEvent = { type: "run.resumed", at: 0, task: taskTowards("minimize"), tier: "none" };
    const state = fold([
      startedEvent("minimize", 1_000),
      at(proposed(0), 1_400),
      at(begun(0), 900), // the clock is set back by half a second
      at(scored(0, 5, "keep"), 1_000),
      at(resumed, 9_000),
      at(proposed(1), 9_010),
    ]);
    expect(state).toMatchObject({
      activeMs: 400 + 0 + 100 + 0 + 10,
      startedAt: 1_000,
      lastAt: 9_010,
      tiers: ["deno", "none"],
    });
  });

  it("has the fingerprint of its version: raise STATE_VERSION with whatever changes this", () => {
    const random = createRandom("fingerprint");
    const steps = Array.from({ length: 400 }, (): Step => ({
      action: random.pick([
        "propose",
        "start",
        "finish",
        "finish",
        "interrupt",
        "holdout",
        "end",
        "resume",
        "wait",
        "wait",
        "contest",
        "repeat",
        "repeat",
        "judge",
        "depose",
        "ask",
        "answer",
      ]),
      pick: random.integer(10),
      status: random.pick(["scored", "scored", "invalid", "crashed", "timed-out", "stopped-early"]),
      score: random.normal(),
      keep: random.next() < 0.5,
      elapsed: random.integer(9_000) - 1_000,
      text: random.pick(["tpe", "rewrites", "random"]),
    }));
    const state = fold(playRun("minimize", steps));
    expect({ version: STATE_VERSION, fingerprint: sha256(JSON.stringify(state)).slice(0, 16) }).toMatchInlineSnapshot(`
      {
        "fingerprint": "8fc15242d8836ca4",
        "version": 9,
      }
    `);
  });
});

const waits = (trial: number, score: number): RunEvent[] => [
  proposed(trial),
  begun(trial),
  { ...scored(trial, score), verdict: null },
];
const opened = (trial: number, opponent = 0, purse: Purse = "close"): RunEvent => ({
  type: "contest.opened",
  at: 0,
  trial,
  opponent,
  purse,
  level: 0.01,
  reason: "looks better",
});
const repeated = (
  of: number | "baseline" | "noise" | "champion",
  side: "candidate" | "champion",
  index: number,
  score: number | null,
): RunEvent => ({
  type: "repeat.finished",
  at: 0,
  repeat: { of, side, index },
  outcome: outcome(score === null ? { status: "crashed", score } : { score }),
});
const judged = (trial: number, decision: "keep" | "discard", evidence = true): RunEvent => ({
  type: "trial.judged",
  at: 0,
  trial,
  verdict: {
    decision,
    rule: "tested",
    reason: "",
    reward: 0.5,
    ...(evidence ? { evidence: { purse: "close", level: 0.01, logEvidence: 5, pairs: 2, gain: 1, error: 0.1 } } : {}),
  },
});

describe("a contest", () => {
  it("keeps a trial out of the counts until it is judged, and crowns it with the mean of its repeats", () => {
    const before = fold([...baseline, ...waits(1, 1)]);
    expect(before).toMatchObject({
      open: [],
      recent: [{ trial: 0 }],
      contests: [{ record: { trial: 1 }, terms: null }],
      sinceImprovement: 0,
    });
    const during = [
      ...baseline,
      ...waits(1, 1),
      opened(1),
      repeated(0, "candidate", 0, 3),
      repeated(0, "champion", 0, 6),
      repeated(0, "champion", 1, 7),
      repeated(0, "candidate", 1, 4),
    ];
    expect(fold(during)).toMatchObject({
      champion: { trial: 0, score: 6, runs: 3 },
      baselineScore: 6,
      spent: { close: { contests: 1, refund: 0 } },
    });
    const state = fold([...during, judged(1, "keep")]);
    expect(state).toMatchObject({
      champion: { trial: 1, score: 3.5, runs: 2 },
      contests: [],
      repeats: 4,
      counts: { scored: 2, kept: 2 },
      spent: { close: { contests: 1, refund: 0.01 }, clear: { contests: 0 } },
      noise: { pooled: { squares: 0, degrees: 1 } },
    });
    expect(state.recent.at(-1)).toMatchObject({ trial: 1, outcome: { score: 1 }, verdict: { decision: "keep" } });
    const timed = [...during, judged(1, "keep")].map((event) =>
      event.type === "run.started"
        ? { ...event, task: { ...event.task, metric: { ...event.task.metric, name: "seconds" } } }
        : event,
    );
    const ratios = [Math.log(6 / 3), Math.log(7 / 4)] as const;
    expect(fold(timed).noise.pooled.squares).toBeCloseTo((ratios[0] - ratios[1]) ** 2 / 4, 12);
  });

  it("starts from nothing when the champion has changed, at a level of its own", () => {
    const state = fold([
      ...baseline,
      ...waits(1, 4),
      ...waits(2, 3),
      opened(1),
      opened(2),
      repeated(0, "champion", 0, 5),
      repeated(0, "candidate", 0, 4),
      repeated(1, "candidate", 0, 3),
      repeated(1, "champion", 0, 5),
      judged(2, "keep"),
      opened(1, 2),
    ]);
    expect(state.contests).toMatchObject([{ terms: { contest: 2, opponent: 2 }, candidate: [], champion: [] }]);
    expect(state.spent.close).toEqual({ contests: 3, refund: 0 });
  });

  it("of which nothing was seen gives back what it was opened for", () => {
    const before = [...baseline, ...waits(1, 1), ...waits(2, 2), opened(1)];
    const kept = [...before, repeated(0, "champion", 0, 5), repeated(0, "candidate", 0, 1), judged(1, "keep")];
    const withRefund = [...kept, opened(2, 1)];
    expect(fold(withRefund).spent.close).toEqual({ contests: 2, refund: 0 });
    const dropped = fold([...withRefund, judged(2, "discard", false)]);
    expect(dropped.spent.close).toEqual({ contests: 1, refund: 0.01 });
    const seen = [...withRefund, repeated(1, "candidate", 0, 2), judged(2, "discard", false)];
    expect(fold(seen).spent.close).toEqual({ contests: 2, refund: 0 });
  });

  it("leaves no more to risk than alpha, however contests come, are dropped unseen, kept and lost", () => {
    const purses = ["clear", "close", "simpler"] as const;
    const ends = fc.constantFrom("open", "open", "open", "drop", "keep", "lose");
    fc.assert(
      fc.property(fc.array(fc.tuple(ends, fc.constantFrom(...purses), fc.nat()), { maxLength: 300 }), (steps) => {
        let spent: RunState["spent"] = NOTHING_SPENT;
        let lost = 0;
        const open: NonNullable<OpenContest["terms"]>[] = [];
        for (const [step, purse, which] of steps) {
          if (step === "open") {
            const { contests, refund } = spent[purse];
            open.push({ contest: 0, opponent: 0, purse, level: nextLevel(0.05, purse, spent[purse]), refund });
            spent = { ...spent, [purse]: { contests: contests + 1, refund: 0 } };
          } else if (open.length > 0) {
            const [terms] = open.splice(which % open.length, 1) as [NonNullable<OpenContest["terms"]>];
            const { contests, refund } = spent[terms.purse];
            const unseen = { record: {} as TrialRecord, terms, candidate: [], champion: [] };
            if (step === "drop") spent = spentWithout({ spent } as RunState, unseen);
            else if (step === "keep") spent = { ...spent, [terms.purse]: { contests, refund: refund + terms.level } };
            else lost += terms.level;
          }
          const atStake = [...open.map(({ level }) => level), ...purses.map((one) => spent[one].refund)];
          expect(lost + atStake.reduce((sum, level) => sum + level, 0)).toBeLessThanOrEqual(0.05);
        }
      }),
    );
  });

  it("is forgotten with the champion's first run since it was kept: nothing selected that one", () => {
    const kept = fold([
      ...baseline,
      ...waits(1, 1),
      opened(1),
      repeated(0, "candidate", 0, 3),
      repeated(0, "champion", 0, 6),
      judged(1, "keep"),
    ]);
    expect(kept.champion).toMatchObject({ score: 3, runs: 1, fresh: 0 });
    const once = reduce(kept, repeated("champion", "champion", 0, 4));
    expect(once.champion).toMatchObject({ score: 4, runs: 1, fresh: 1 });
    expect(reduce(once, repeated("champion", "champion", 1, 3)).champion).toMatchObject({
      score: 3.5,
      runs: 2,
      fresh: 2,
    });
    expect(() => reduce(once, repeated("champion", "champion", 0, 4))).toThrow(
      "expected a repeat of the champion that is not done",
    );
  });

  it("leaves nothing known of the noise where the score has become another by half", () => {
    const known = [
      ...baseline,
      repeated("baseline", "champion", 1, 5.1),
      ...waits(1, 1),
      opened(1),
      ...[0, 1].flatMap((i) => [repeated(0, "candidate", i, 3 + i / 10), repeated(0, "champion", i, 5)]),
      judged(1, "keep"),
    ];
    const far = fold(known);
    expect(far.noise).toMatchObject({ anew: { trial: 1, runs: [] }, pooled: { squares: 0, degrees: 0 } });
    const measured = [repeated("noise", "champion", 1, 3.2), repeated("noise", "champion", 0, null)].reduce(
      reduce,
      far,
    );
    expect(measured).toMatchObject({
      champion: { score: 3.2, runs: 1, fresh: 1 },
      noise: {
        anew: {
          trial: 1,
          runs: [
            { index: 1, score: 3.2 },
            { index: 0, score: null },
          ],
        },
      },
      repeats: far.repeats + 2,
    });
    expect(() => reduce(measured, repeated("noise", "champion", 1, 3))).toThrow(
      "expected a repeat of the noise that is not done",
    );
    const near = known.map((event) =>
      event.type === "repeat.finished" && event.repeat.side === "candidate"
        ? { ...event, outcome: { ...event.outcome, score: 4 } }
        : event,
    );
    expect(fold(near).noise).toMatchObject({ anew: null, pooled: { degrees: 1 } });
    expect(() => reduce(fold(near), repeated("noise", "champion", 0, 4))).toThrow(
      "expected a repeat of the noise that is not done",
    );
    const unvaried = known.map((event) =>
      event.type === "repeat.finished" && event.repeat.of === "baseline"
        ? { ...event, outcome: { ...event.outcome, score: 5 } }
        : event,
    );
    expect(fold(unvaried).noise.anew).toBe(null);
  });

  it("is forgotten to the last digit", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), (score) => {
        const kept = fold([...baseline, ...wholeTrial(1, 0.3, "keep"), repeated("champion", "champion", 0, score)]);
        expect(kept.champion?.score).toBe(score);
      }),
    );
  });

  it("whose candidate is kept without a pair gives its level back once", () => {
    const overtaken = [...baseline, ...waits(1, 3), ...waits(2, 3), opened(1), opened(2)];
    const pair = [repeated(1, "candidate", 0, 3), repeated(1, "champion", 0, 5)];
    const state = fold([...overtaken, ...pair, judged(2, "keep"), judged(1, "keep", false)]);
    expect(state.spent.close.refund).toBe(0.01);
  });

  it("counts a run without a score as a run, and the baseline's repeats into its score", () => {
    const state = fold([
      ...baseline,
      repeated("baseline", "champion", 2, 7),
      repeated("baseline", "champion", 1, null),
    ]);
    expect(state).toMatchObject({
      baselineScore: 6,
      champion: { score: 6, runs: 2 },
      champions: [{ score: 6 }],
      repeats: 2,
    });
    expect(state.noise.baseline).toEqual([
      { index: 0, score: 5 },
      { index: 2, score: 7 },
      { index: 1, score: null },
    ]);
    const pair = fold([
      ...baseline,
      ...waits(1, 1),
      opened(1),
      repeated(0, "candidate", 0, null),
      repeated(0, "champion", 0, null),
    ]);
    expect(pair).toMatchObject({
      contests: [{ candidate: [null], champion: [null] }],
      champion: { score: 5, runs: 1 },
    });
  });
});

describe("a holdout", () => {
  const measured = (trial: number, score: number | null): RunEvent => ({
    type: "holdout.measured",
    at: 0,
    trial,
    score,
    reason: "",
  });

  it("that is lost by a champion that gained on the metric is flagged", () => {
    const flags = (second: number | null, third: number): boolean[] =>
      fold([
        ...baseline,
        measured(0, 5),
        ...wholeTrial(1, 4, "keep"),
        measured(1, second),
        ...wholeTrial(2, 3, "keep"),
        measured(2, third),
      ]).holdouts.map((holdout) => holdout.isOverfit);
    expect(flags(4.5, 4)).toEqual([false, false, false]);
    expect(flags(5.5, 4)).toEqual([false, true, false]);
    expect(flags(null, 5.5)).toEqual([false, false, true]);
  });

  it("is compared with the newest champion before it, whichever holdout was over first", () => {
    const state = fold([
      ...baseline,
      ...wholeTrial(1, 4, "keep"),
      ...wholeTrial(2, 3, "keep"),
      measured(2, 1),
      measured(1, 5),
      ...wholeTrial(3, 2, "keep"),
      measured(3, 3),
    ]);
    expect(state.holdouts).toEqual([
      { trial: 1, score: 5, isOverfit: false },
      { trial: 2, score: 1, isOverfit: false },
      { trial: 3, score: 3, isOverfit: true },
    ]);
  });

  it("is forgiven what the metric's own noise explains", () => {
    const noisy = [...baseline, repeated("baseline", "champion", 1, 5.5), repeated("baseline", "champion", 2, 4.5)];
    const flag = (score: number) =>
      fold([...noisy, measured(0, 5), ...wholeTrial(1, 4, "keep"), measured(1, score)]).holdouts[1]?.isOverfit;
    expect([flag(5.5), flag(7)]).toEqual([false, true]);
  });
});

describe("an event that cannot follow", () => {
  const resumed = (metric: object): RunEvent => {
    const task = taskTowards("minimize");
    return { type: "run.resumed", at: 0, task: { ...task, metric: { ...task.metric, ...metric } }, tier: "deno" };
  };
  const ended: RunEvent = { type: "run.ended", at: 0, reason: "target reached" };
  const holdout: RunEvent = { type: "holdout.measured", at: 0, trial: 1, score: 1, reason: "" };

  it.each<[string, RunEvent[], RunEvent, string]>([
    [
      "anything before the start",
      [],
      proposed(0),
      "event 1 (trial.proposed of trial 0): expected run.started as the first event",
    ],
    ["a second start", baseline, startedEvent(), "event 5 (run.started)"],
    ["a gap in the trial numbers", baseline, proposed(2), "expected trial 1 to be proposed next"],
    ["a trial proposed twice", baseline, proposed(0), "expected trial 1 to be proposed next"],
    ["a start before the proposal", baseline, begun(1), "expected an open trial, found one that was never proposed"],
    ["an attempt out of order", [...baseline, proposed(1)], begun(1, 2), "expected attempt 1, found attempt 2"],
    ["an attempt twice", [...baseline, proposed(1), begun(1)], begun(1, 1), "expected attempt 2, found attempt 1"],
    [
      "a finish of an unknown trial",
      baseline,
      scored(9, 1),
      "expected an open trial, found one that was never proposed",
    ],
    ["a second finish", baseline, scored(0, 5), "expected an open trial, found one that had finished"],
    [
      "a champion that is worse",
      [...baseline, proposed(1)],
      scored(1, 5.1, "keep"),
      "expected a champion no worse than 5 (trial 0), found 5.1",
    ],
    [
      "a kept trial without a score",
      [...baseline, proposed(1)],
      { ...scored(1, 1, "keep"), outcome: outcome({ status: "crashed", score: null }) },
      "expected only scored trials to be kept",
    ],
    [
      "a crash with a score",
      [...baseline, proposed(1)],
      { ...scored(1, 1), outcome: outcome({ status: "crashed" }) },
      "expected a score with status scored and only then",
    ],
    [
      "a scored trial without a score",
      [...baseline, proposed(1)],
      { ...scored(1, 1), outcome: outcome({ score: null }) },
      "expected a score with status scored and only then",
    ],
    [
      "an interruption with a verdict",
      [...baseline, proposed(1)],
      { ...scored(1, 1), outcome: outcome({ status: "interrupted", score: null }) },
      "expected a verdict on every outcome but an interrupted one",
    ],
    [
      "a failure without a verdict",
      [...baseline, proposed(1)],
      { ...failed(1, "crashed"), verdict: null },
      "expected a verdict on every outcome but an interrupted one",
    ],
    [
      "a holdout of a trial that never was champion",
      [...baseline, ...wholeTrial(1, 6)],
      holdout,
      "expected a holdout of a trial that is or was champion",
    ],
    ["a trial after the end", [...baseline, ended], proposed(1), "expected run.resumed after the end (target reached)"],
    [
      "another metric",
      [...baseline, ended],
      resumed({ name: "loss" }),
      "expected a task that goes on to minimize val_bpb",
    ],
    [
      "another direction",
      baseline,
      resumed({ direction: "maximize" }),
      "expected a task that goes on to minimize val_bpb",
    ],
    [
      "an opening for a trial that does not wait",
      baseline,
      opened(0),
      "expected a scored trial that waits for its verdict",
    ],
    [
      "an opening against another than the champion",
      [...baseline, ...waits(1, 4)],
      opened(1, 1),
      "expected the champion (trial 0) as opponent, found trial 1",
    ],
    [
      "a second opening against the same champion",
      [...baseline, ...waits(1, 4), opened(1)],
      opened(1),
      "expected one contest with each champion",
    ],
    [
      "a repeat of no contest",
      [...baseline, ...waits(1, 4)],
      repeated(0, "candidate", 0, 4),
      "expected a repeat of an open contest, found 0",
    ],
    [
      "a repeat counted twice",
      [...baseline, ...waits(1, 4), opened(1), repeated(0, "candidate", 0, 4)],
      repeated(0, "candidate", 0, 4),
      "expected pair 1 of the candidate, found pair 0",
    ],
    [
      "a repeat that runs ahead of its pair",
      [...baseline, ...waits(1, 4), opened(1), repeated(0, "candidate", 0, 4)],
      repeated(0, "candidate", 1, 4),
      "found pair 1",
    ],
    [
      "a repeat of the baseline counted twice",
      [...baseline, repeated("baseline", "champion", 1, 4)],
      repeated("baseline", "champion", 1, 4),
      "expected a repeat of the baseline that is not done",
    ],
    [
      "a repeat before the baseline scored",
      [startedEvent()],
      repeated("baseline", "champion", 1, 4),
      "expected a repeat of the baseline that is not done",
    ],
    [
      "a verdict on a trial that does not wait",
      baseline,
      judged(0, "discard"),
      "expected a scored trial that waits for its verdict",
    ],
    [
      "evidence without a contest",
      [...baseline, ...waits(1, 4)],
      judged(1, "keep"),
      "expected evidence against the champion (trial 0)",
    ],
    [
      "a worse champion without evidence",
      [...baseline, ...waits(1, 6)],
      judged(1, "keep", false),
      "expected a champion no worse than 5 (trial 0), found 6",
    ],
    [
      "an event of an unknown type",
      baseline,
      { type: "trial.paused", at: 0 } as unknown as RunEvent,
      "event 5 (trial.paused)",
    ],
  ])("is refused: %s", (_, before, event, message) => {
    const state = before.length === 0 ? null : fold(before);
    expect(() => reduce(state, event)).toThrow(
      expect.objectContaining({
        code: "journal.inconsistent",
        message: expect.stringContaining(message),
        hint: expect.stringContaining("--fresh"),
      }),
    );
  });
});

describe("every legal run", () => {
  it("folds, and its champion is replaced by a verdict alone: by a score no worse or by evidence; or by the one before it", () => {
    fc.assert(
      fc.property(arbitraryRun(), (events) => {
        let state: RunState | null = null;
        for (const event of events) {
          const before: RunState | null = state;
          state = reduce(before, event);
          if (!before?.champion) continue;
          if (event.type === "champion.deposed") {
            const { insteadOf, ...champion } = state.champion!;
            const { insteadOf: _, ...earlier } = before.champions.at(-2)!;
            expect([champion, insteadOf]).toEqual([earlier, before.champion.trial]);
            continue;
          }
          const gain = before.champion.score - state.champion!.score;
          const isOther = before.champion.trial !== state.champion!.trial;
          const verdict = "verdict" in event ? event.verdict : null;
          if (isOther) expect(verdict?.decision).toBe("keep");
          // A repeat of the champion refines its score, and evidence from pairs counts for more than two means.
          if (!isOther && event.type === "repeat.finished") continue;
          if (isOther && verdict?.evidence !== undefined) continue;
          expect(state.task.metric.direction === "minimize" ? gain : -gain).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("accounts for every event and every trial exactly once", () => {
    fc.assert(
      fc.property(arbitraryRun(), (events) => {
        const state = fold(events);
        const of = (type: RunEvent["type"]) => events.filter((event) => event.type === type).length;
        const { kept, discarded, interrupted, ...statuses } = state.counts;
        expect(state.sequence).toBe(events.length);
        expect(state.nextTrial).toBe(of("trial.proposed"));
        expect(kept + discarded + interrupted + state.contests.length).toBe(of("trial.finished"));
        expect(Object.values(statuses).reduce((a, b) => a + b)).toBe(kept + discarded);
        expect(state.open.length + state.contests.length + kept + discarded).toBe(state.nextTrial);
        expect(state.repeats).toBe(of("repeat.finished"));
        expect(state.nextContest).toBe(of("contest.opened"));
        expect(state.champions.length).toBe(kept);
        expect(Object.values(state.proposers).reduce((sum, { trials }) => sum + trials, 0)).toBe(kept + discarded);
      }),
    );
  });

  it("never counts time backwards", () => {
    fc.assert(
      fc.property(arbitraryRun(), (events) => {
        let active = 0;
        events.reduce<RunState | null>((state, event) => {
          const next = reduce(state, event);
          expect(next.activeMs).toBeGreaterThanOrEqual(active);
          active = next.activeMs;
          return next;
        }, null);
      }),
    );
  });

  it("folds to the same state apart from times when the clock is another", () => {
    fc.assert(
      fc.property(arbitraryRun(), fc.array(fc.integer(), { minLength: 1 }), (events, times) => {
        const shifted = events.map((event, i) => ({ ...event, at: times[i % times.length]! }));
        const untimed = ({ activeMs, startedAt, lastAt, ...rest }: RunState) => rest;
        expect(untimed(fold(shifted))).toEqual(untimed(fold(events)));
      }),
    );
  });

  it("is folded without changing a state that was there before", () => {
    fc.assert(
      fc.property(arbitraryRun(40), (events) => {
        events.reduce<RunState | null>((state, event) => deepFreeze(reduce(state, event)), null);
      }),
      { numRuns: 30 },
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
