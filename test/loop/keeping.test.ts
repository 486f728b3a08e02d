import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import type { Purse } from "../../src/core/contest.ts";
import type { TrialRecord } from "../../src/core/trial.ts";
import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { OpenContest, RunState } from "../../src/journal/state.ts";
import { NOTHING_SPENT } from "../../src/judge/levels.ts";
import { testedRule } from "../../src/judge/keep-rules/tested.ts";
import { canWait, dueRepeats } from "../../src/loop/research/due-repeats.ts";
import { ruleOn } from "../../src/loop/research/judge-outcome.ts";
import { runTask } from "../../src/loop/research/run-task.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { type MadeTask, quadraticTask } from "./make-task.ts";
import { eventsOf } from "./read-run.ts";
import { measureBy, PROGRAM } from "./noisy-program.ts";

function noisyTask(measure: string, config: object = {}, files: Record<string, string> = {}): MadeTask {
  const task = quadraticTask(
    { metric: { name: "score" }, stop: { trials: 10 }, ...config },
    { "train.ts": PROGRAM, "measure.ts": measure, ...files },
  );
  return task;
}

const run = async (task: MadeTask, options: Parameters<typeof runTask>[1] = {}) =>
  runTask(await loadTask(task.folder), { tier: "deno", ...options });

const repeatsIn = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "repeat.finished" ? [JSON.stringify(event.repeat)] : []));

const essence = (state: RunState) => ({
  champion: state.champion,
  champions: state.champions,
  counts: { ...state.counts, interrupted: 0 },
  noise: state.noise,
  spent: state.spent,
  baselineScore: state.baselineScore,
});

describe("a run of a noisy task", () => {
  test.each([
    ["decides what looked better just before the end", 1.01, 0],
    ["leaves it open when a fifth more is over, too", 1.3, 1],
  ])("whose time is over %s", async (_, elapsed, open) => {
    const task = noisyTask(measureBy(0.02));
    let time = 0;
    const trialContested = () => {
      time ||= elapsed * 1e6;
    };
    const { state } = await run(task, { sessionMs: 1e6, now: () => time, observer: { trialContested } });
    expect(state.ended).toMatch("the time of this session is over");
    expect(state.contests.length).toBe(open);
  });

  test("measures the noise first, keeps what is clearly better after a few pairs, and reports the re-measured gain", async () => {
    const task = noisyTask(measureBy(0.02));
    const { state, files } = await run(task);
    const events = eventsOf(task.folder);
    const firstCandidate = events.findIndex((event) => event.type === "trial.proposed" && event.trial === 1);
    expect(repeatsIn(events.slice(0, firstCandidate)).length).toBeGreaterThanOrEqual(3);
    expect(state.counts.kept).toBeGreaterThan(1);
    expect(state.contests).toEqual([]);
    const kept = events.flatMap((event) =>
      event.type === "trial.judged" && event.verdict.decision === "keep" ? [event] : [],
    );
    expect(kept.length).toBe(state.counts.kept - 1);
    for (const { verdict } of kept) {
      expect(verdict.rule).toBe("tested");
      expect(verdict.evidence?.logEvidence).toBeGreaterThanOrEqual(-Math.log(verdict.evidence?.level ?? 0));
      expect(verdict.evidence?.pairs).toBeLessThanOrEqual(3);
      expect(verdict.evidence?.opponent).toBeGreaterThanOrEqual(0);
    }
    expect(state.champions.slice(1).map(({ gained }) => gained)).toEqual(
      kept.map(({ verdict }) => verdict.evidence?.gain),
    );
    // The champion's score is the mean of fresh runs, not the first look that made it a contestant.
    const pairs = events.flatMap((event) =>
      event.type === "repeat.finished" && event.repeat.side === "candidate" ? [event.outcome.score] : [],
    );
    expect(state.champion?.runs).toBeGreaterThanOrEqual(1);
    expect(pairs).not.toContain(state.best.find(({ trial }) => trial === state.champion?.trial)?.outcome?.score);
    expect(readFileSync(files.report, "utf8")).toContain(`mean of ${state.champion?.runs} run`);
  });

  test("measures the noise anew where the score has become another, and finds what the noise of before would hide", async () => {
    // Noise is 4 % of the score: that of the baseline is 2.6, and hides what 3 against 4 is.
    const measure = measureBy(0.04).replace(
      /return .*/,
      "return { score: ({ 8: 64, 4: 4, 2: 3 }[width] ?? 100) * (1 + 0.04 * (total - 6)) };",
    );
    const task = noisyTask(measure, { stop: { trials: 16 } });
    const { state } = await run(task);
    const events = eventsOf(task.folder);
    const anew = events.flatMap((event) =>
      event.type === "repeat.finished" && event.repeat.of === "noise" ? [event.outcome.score ?? Number.NaN] : [],
    );
    expect(anew.length).toBeGreaterThanOrEqual(4);
    expect(state.noise.anew?.runs.length).toBeGreaterThanOrEqual(4);
    expect(state.champions.map(({ score }) => Math.round(score))).toEqual([expect.any(Number), 4, 3]);
  });

  test("keeps nothing when no edit makes a difference", async () => {
    const { state } = await run(noisyTask(measureBy(1, 0), { stop: { trials: 15 } }));
    expect(state.counts).toMatchObject({ kept: 1, scored: 15 });
  });

  test("gives the same journal again with the same seed", async () => {
    const tasks = [noisyTask(measureBy(0.5)), noisyTask(measureBy(0.5))];
    const [one, two] = await Promise.all(
      tasks.map(async (task) => {
        const { state } = await run(task);
        return { repeats: repeatsIn(eventsOf(task.folder)), ...essence(state) };
      }),
    );
    expect(one).toEqual(two);
  });

  test("with several workers ends every contest, and no repeat counts twice", async () => {
    const task = noisyTask(measureBy(0.3), { parallel: 3, stop: { trials: 14 } });
    const { state } = await run(task);
    const repeats = repeatsIn(eventsOf(task.folder));
    expect(new Set(repeats).size).toBe(repeats.length);
    expect(state).toMatchObject({ contests: [], open: [], repeats: repeats.length, counts: { scored: 14 } });
  });

  test("interrupted in a repeat, goes on with that repeat and ends as if it had never stopped", async () => {
    const whole = noisyTask(measureBy(0.02));
    const { state: expected } = await run(whole);
    const cut = noisyTask(measureBy(0.02));
    for (const stopAt of [2, 5, 7]) {
      const controller = new AbortController();
      let started = 0;
      await run(cut, {
        signal: controller.signal,
        observer: { repeatStarted: () => void (++started === stopAt && controller.abort()) },
      });
    }
    const { state } = await run(cut);
    expect(essence(state)).toEqual(essence(expected));
    expect(repeatsIn(eventsOf(cut.folder))).toEqual(repeatsIn(eventsOf(whole.folder)));
  });

  test("can be cut at any event: the state before a repeat says what is due, and what follows is legal", async () => {
    const task = noisyTask(measureBy(0.3));
    await run(task);
    const events = eventsOf(task.folder);
    let state: RunState | null = null;
    for (const event of events) {
      if (event.type === "repeat.finished" && state !== null) {
        const twice = reduce(state, event);
        expect(() => reduce(twice, event)).toThrow(expect.objectContaining({ code: "journal.inconsistent" }));
      }
      state = reduce(state, event);
    }
    expect(state?.repeats).toBeGreaterThan(3);
  });

  test("does without repeats where the metric is deterministic or the rule is strict", async () => {
    const tasks = [
      noisyTask(measureBy(0), { metric: { name: "score", deterministic: true } }),
      noisyTask(measureBy(0.1), { judge: { rule: "strict" } }),
      noisyTask(measureBy(0.1), { judge: { rule: "margin", margin: 0.5 } }),
    ];
    for (const task of tasks) expect((await run(task)).state.repeats).toBe(0);
  });

  test("whose scores never vary is judged by pairs all the same", async () => {
    const { state } = await run(noisyTask(measureBy(0)));
    expect(state.counts.kept).toBeGreaterThan(1);
    expect(state.noise.pooled.squares).toBe(0);
  });

  test("refuses to go on with another error probability", async () => {
    const task = noisyTask(measureBy(0.1), { stop: { trials: 1 } });
    await run(task);
    const loaded = await loadTask(task.folder);
    const { judge } = loaded.task;
    const changed = { ...loaded, task: { ...loaded.task, judge: judge && { ...judge, alpha: 0.5 } } };
    await expect(runTask(changed, { tier: "deno" })).rejects.toMatchObject({
      code: "run.task-changed",
      message: expect.stringContaining("judge"),
    });
  });
});

describe("a champion that gains on the metric and loses on the holdout", () => {
  const HOLDOUT =
    "export default async ({ outputs }) => ({ score: Number(new TextDecoder().decode(outputs.width)) * SIGN });";
  const config = {
    metric: { name: "score", deterministic: true },
    holdout: { module: "holdout.ts" },
    stop: { trials: 8 },
  };

  test("is flagged as overfit, and one that gains on both is not", async () => {
    const flags = await Promise.all(
      ["-1", "1"].map(async (sign) => {
        const task = noisyTask(measureBy(0), config, { "holdout.ts": HOLDOUT.replace("SIGN", sign) });
        const { state, files } = await run(task);
        expect(state.holdouts.length).toBe(state.champions.length);
        return {
          flags: state.holdouts.slice(1).map((holdout) => holdout.isOverfit),
          told: readFileSync(files.report, "utf8").includes("overfit"),
        };
      }),
    );
    expect(flags[0]?.flags.length).toBeGreaterThan(0);
    expect(flags[0]).toMatchObject({ flags: flags[0]?.flags.map(() => true), told: true });
    expect(flags[1]).toMatchObject({ flags: flags[1]?.flags.map(() => false), told: false });
  });
});

describe("what is due", () => {
  const rule = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });
  const named = (state: RunState) => dueRepeats(state, rule).map(({ name }) => name);
  const contest = (id: number, purse: Purse, [candidate, champion]: [number[], number[]], score = 0): OpenContest => ({
    record: { trial: id + 1, candidate: `c${id}`, outcome: { score } } as TrialRecord,
    terms: { contest: id, opponent: 0, purse, level: 0.01, refund: 0 },
    candidate,
    champion,
  });
  const state = (baseline: number, contests: readonly OpenContest[] = []): RunState =>
    ({
      task: { metric: { direction: "minimize" } },
      baseline: "b",
      champion: { candidate: "b", trial: 0, score: 1, runs: 1, fresh: 1 },
      noise: {
        baseline: Array.from({ length: baseline }, (_, index) => ({ index, score: 1 + index / 10 })),
        anew: null,
        pooled: { squares: 0, degrees: 0 },
      },
      contests,
    }) as unknown as RunState;

  test("is the noise before anything else", () => {
    expect(named(state(2))).toEqual(["baseline-2", "baseline-3"]);
    expect(named(state(4))).toEqual([]);
  });

  test("is the noise of a champion far from the baseline before anything else", () => {
    const of = (runs: readonly (number | null)[]) => {
      const before = state(4, [contest(6, "clear", [[], []])]);
      const anew = { trial: 6, runs: runs.map((score, index) => ({ index, score })) };
      const champion = { candidate: "c", trial: 6, score: 0.5, runs: 1, fresh: 0 };
      return dueRepeats({ ...before, champion, noise: { ...before.noise, anew } }, rule);
    };
    expect(of([])).toMatchObject(
      [0, 1, 2, 3].map((index) => ({ of: "noise", name: `noise-6-${index}`, candidate: "c", trial: 6 })),
    );
    expect(of([0.5, null, 0.51]).map(({ name }) => name)).toEqual(["noise-6-3"]);
    expect(of([0.5, 0.49, 0.51, 0.5])).toEqual([]);
  });

  test("is the missing half of a pair, then the most promising contest, the sides taking turns", () => {
    const contests = [contest(0, "simpler", [[], []]), contest(1, "close", [[1], []]), contest(2, "clear", [[1], [2]])];
    expect(named(state(4, contests))).toEqual([
      "contest-1-0-champion",
      "contest-2-1-champion",
      "contest-2-1-candidate",
      "contest-0-0-candidate",
      "contest-0-0-champion",
    ]);
  });

  test("is of several that look better the one that looks best", () => {
    const contests = [3, 1, 2].map((score, id) => contest(id, "close", [[], []], score));
    expect(named(state(4, contests)).map((name) => name.split("-")[1])).toEqual(["1", "1", "2", "2", "0", "0"]);
    const upwards = { ...state(4, contests), task: { metric: { direction: "maximize" } } } as RunState;
    expect(named(upwards).map((name) => name.split("-")[1])).toEqual(["0", "0", "2", "2", "1", "1"]);
  });

  test("can wait for further edits where little is at stake and nothing has begun, until improvements fail to come", () => {
    const contests = [
      contest(0, "clear", [[], []]),
      contest(1, "close", [[], []]),
      contest(2, "simpler", [[], []]),
      contest(3, "close", [[1], [1]]),
    ];
    const waiting = (sinceImprovement: number) => {
      const now = { ...state(2, contests), sinceImprovement };
      return dueRepeats(now, rule).flatMap((due) => (canWait(due, now) ? [due.name.replace(/-\d+-\w+$/, "")] : []));
    };
    expect(new Set(waiting(0))).toEqual(new Set(["contest-1", "contest-2"]));
    expect(new Set(waiting(11))).toEqual(new Set(["contest-1", "contest-2"]));
    expect(waiting(12)).toEqual([]);
  });

  test("waits no longer when every edit looks a little better, as after the machine has sped up", () => {
    const contests = Array.from({ length: 16 }, (_, id) => contest(id, "close", [[], []]));
    const waiting = (count: number) => {
      const now = { ...state(4, contests.slice(0, count)), sinceImprovement: 0 };
      return dueRepeats(now, rule).filter((due) => canWait(due, now)).length;
    };
    expect(waiting(15)).toBe(30);
    expect(waiting(16)).toBe(0);
  });

  test("is nothing for a contest with a champion that is none any more", () => {
    const dethroned = {
      ...contest(0, "clear", [[], []]),
      terms: { contest: 0, opponent: 9, purse: "clear" as const, level: 0.01, refund: 0 },
    };
    expect(named(state(4, [dethroned]))).toEqual([]);
  });
});

test.each([
  ["seconds", "keep"],
  ["loss", "measure"],
])("a contest about %s ends with: %s, where a busy machine makes both halves of a pair longer", (name, decision) => {
  const [candidate, champion] = [
    [208, 807, 490, 365, 292, 493],
    [802, 7098, 1769, 741, 2987, 2163],
  ];
  const baseline = [700, 1500, 760, 2400].map((score, index) => ({ index, score }));
  const state = {
    task: { metric: { name, direction: "minimize" } },
    recent: [],
    noise: { baseline, anew: null, pooled: { squares: 0, degrees: 0 } },
    spent: NOTHING_SPENT,
    champion: { trial: 0, candidate: "a", score: 1340, runs: 4 },
  } as unknown as RunState;
  const contest = {
    record: { trial: 1, candidate: "b", outcome: { score: 400 } },
    terms: { contest: 0, opponent: 0, purse: "clear", level: 0.01, refund: 0 },
    candidate,
    champion,
  } as unknown as OpenContest;
  const rule = testedRule({ alpha: 0.05, maxRepeats: 12, margin: undefined });
  expect(ruleOn(contest, { state, rule, program: () => ({ "a.ts": "x" }) })).toMatchObject({ decision });
});
