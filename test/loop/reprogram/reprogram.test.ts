import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { NO_DIAGNOSTICS, failure } from "../../../src/executor/outcome.ts";
import { type Journal, openJournal } from "../../../src/journal/journal.ts";
import type { Earned, Experiment } from "../../../src/loop/reprogram/experiment.ts";
import { selfSettings } from "../../../src/loop/reprogram/presets.ts";
import { reprogram } from "../../../src/loop/reprogram/reprogram.ts";
import { NOMINAL_SECONDS, reprogramTask, SOURCE_FILE } from "../../../src/loop/reprogram/reprogram-task.ts";
import { resultOf, validity, winners } from "../../../src/loop/reprogram/result.ts";
import type { SelfSettings } from "../../../src/loop/reprogram/settings.ts";
import { freshFolder } from "../../fresh-folder.ts";

const CHOICES = { arm: "model", seed: 3, backend: { name: "native", threads: 1 }, pruner: "none" } as const;
const settings: SelfSettings = selfSettings("tiny", { ...CHOICES, candidates: 3, iterations: 2 });

function freshJournal(initial: string, its: SelfSettings = settings): Journal {
  const folder = freshFolder();
  const journal = openJournal(join(folder, "journal.db"), { create: true });
  journal.transaction(() => {
    const baseline = journal.saveProgram({ [SOURCE_FILE]: initial });
    const task = reprogramTask(its);
    const fixed = { run: "run-001", version: "test", task, seed: 3, tier: "deno", environmentHash: "", baseline };
    journal.append({ type: "run.started", at: 0, ...fixed });
  });
  return journal;
}

/** A source is a number, which is its loss; `written` are the candidates of each iteration. */
function world(written: readonly (readonly string[])[]) {
  const did: string[] = [];
  const earned: (readonly Earned[])[] = [];
  const told: (readonly string[])[] = [];
  const experiment: Experiment = {
    measure: async (source, { observe }) => {
      did.push(`measure ${source}`);
      observe({ seconds: 1, loss: 1 });
      const score = Number(source);
      if (Number.isNaN(score)) return failure("invalid", `${source} does not run`);
      return { status: "scored", score, reason: "", selfReported: false, metrics: {}, diagnostics: NO_DIAGNOSTICS };
    },
    write: async (source, { iteration, index, count, known, before }) => {
      did.push(`write from ${source}`);
      earned.push(before);
      told.push(known);
      const texts = (written[iteration - 1] ?? []).slice(index - 1, index - 1 + count);
      return texts.map((text) => ({ text, description: `to ${text}`, notes: `of ${text}` }));
    },
    conclude: async (source) => void did.push(`conclude ${source}`),
  };
  return { experiment, did, earned, told };
}

const run = (journal: Journal, experiment: Experiment, over: { signal?: AbortSignal; settings?: SelfSettings } = {}) =>
  reprogram({
    journal,
    settings,
    experiment,
    observer: {},
    signal: new AbortController().signal,
    now: () => 0,
    ...over,
  });

describe("Algorithm 1", () => {
  it("writes each iteration from the best source so far, and ends with the best", async () => {
    const journal = freshJournal("5");
    const { experiment, did } = world([
      ["4", "6", "3"],
      ["2", "7", "8"],
    ]);
    const state = await run(journal, experiment);
    const measured = ["5", "4", "6", "3", "2", "7", "8"].map((source) => `measure ${source}`);
    expect(did).toEqual([
      measured[0],
      "write from 5",
      ...measured.slice(1, 4),
      "write from 3",
      ...measured.slice(4),
      "conclude 2",
    ]);
    expect(state.champion).toMatchObject({ trial: 4, score: 2 });
    const parents = [...journal.trials()].map(({ parent }) => parent && journal.program(parent)[SOURCE_FILE]);
    expect(parents).toEqual([null, "5", "5", "5", "3", "3", "3"]);
    journal.close();
  });

  it("writes in rounds where rewards are learned from, from one source, and tells what the round before earned", async () => {
    const learning = selfSettings("tiny", { ...CHOICES, candidates: 8, iterations: 2, learn: "ppo" });
    const journal = freshJournal("8", learning);
    const { experiment, did, earned, told } = world([
      ["7", "x", "9", "8", "1", "x", "20", "7"],
      ["0.5", "y", "z", "2", "3", "4", "5", "6"],
    ]);
    await run(journal, experiment, { settings: learning });
    expect(did.filter((one) => one.startsWith("write"))).toEqual(
      ["8", "8", "1", "1"].map((one) => `write from ${one}`),
    );
    const rewards = earned.map((round) => round.map(({ reward }) => reward));
    // A quarter of 8 is 2: 7 gains half of it. A source that does not run costs 1, one that was there before half.
    expect(rewards.slice(0, 3)).toEqual([[], [0.5, -1, -0.5, -0.5], [1, -1, -1, -0.5]]);
    expect(earned[1]?.map(({ notes, isValid }) => [notes, isValid])).toEqual([
      ["of 7", true],
      ["of x", false],
      ["of 9", true],
      ["of 8", true],
    ]);
    expect(told.slice(0, 2)).toEqual([["8"], ["8", "7", "x", "9", "8"]]);
    journal.close();
  });

  it("keeps the original source when nothing beats it, and discards errors with their reasons", async () => {
    const journal = freshJournal("1");
    const { experiment, did } = world([["x", "1.5", "y"], ["z"]]);
    const state = await run(journal, experiment);
    expect(state.champion).toMatchObject({ trial: 0 });
    expect(did.at(-1)).toBe("conclude 1");
    expect(journal.trial(1)).toMatchObject({ outcome: { status: "invalid", reason: "x does not run" } });
    expect(journal.trial(1)?.verdict?.decision).toBe("discard");
    journal.close();
  });

  it("does not measure a source twice, and counts it as valid as its twin", async () => {
    const journal = freshJournal("5");
    const { experiment, did } = world([
      ["4", "4", "bad"],
      ["5", "bad", "4"],
    ]);
    await run(journal, experiment);
    expect(did.filter((what) => what.startsWith("measure"))).toEqual(["measure 5", "measure 4", "measure bad"]);
    expect(journal.trial(4)?.outcome).toMatchObject({ status: "invalid", reason: "the same source as trial 0" });
    const result = resultOf(journal, settings);
    expect(validity(result)).toEqual({ valid: 4, all: 6 });
    expect(validity(result, 1)).toEqual({ valid: 2, all: 3 });
    expect(winners(result).map(({ source }) => source)).toEqual(["5", "4", "4"]);
    journal.close();
  });

  it("ends at once, and says why, when the initial source does not work, however often it is gone on with", async () => {
    const journal = freshJournal("nonsense");
    const { experiment, did } = world([]);
    const first = await run(journal, experiment);
    journal.append({ type: "run.resumed", at: 0, task: first.task, tier: first.tier });
    for (const state of [first, await run(journal, experiment)]) {
      expect(state.ended).toBe("the initial source does not work: nonsense does not run");
      expect(state.nextTrial).toBe(1);
    }
    expect(did).toEqual(["measure nonsense"]);
    journal.close();
  });
});

describe("early stopping", () => {
  it("is the judge's: of curves at the same point of training, the worst quarter goes", async () => {
    const judged: SelfSettings = { ...settings, pruner: "percentile", candidates: 8, iterations: 1 };
    const journal = freshJournal("9", judged);
    const { experiment } = world([["8", "7", "6", "5", "4", "3.5", "50", "2"]]);
    const told: [string, string | undefined][] = [];
    const measure: Experiment["measure"] = async (source, stage) => {
      const hopeless = stage.observe({ seconds: NOMINAL_SECONDS / 4, loss: Number(source) });
      told.push([source, hopeless]);
      if (hopeless !== undefined) return failure("stopped-early", hopeless);
      return experiment.measure(source, { ...stage, observe: () => undefined });
    };
    await run(journal, { ...experiment, measure }, { settings: judged });
    expect(told.filter(([, sentence]) => sentence !== undefined)).toEqual([
      ["50", expect.stringMatching("percentile")],
    ]);
    expect(journal.trial(7)?.outcome?.status).toBe("stopped-early");
    journal.close();
  });
});

describe("an interruption", () => {
  it("in any stage leaves a run that goes on to the same end without repeating what was done", async () => {
    const candidates = [
      ["4", "6", "3"],
      ["2", "7", "8"],
    ];
    const whole = freshJournal("5");
    const through = world(candidates);
    await run(whole, through.experiment);
    for (let stop = 0; stop < through.did.length; stop++) {
      const journal = freshJournal("5");
      const { experiment, did } = world(candidates);
      const controller = new AbortController();
      const stopping =
        <A extends unknown[], T>(work: (...a: A) => Promise<T>) =>
        async (...a: A): Promise<T> => {
          if (did.length === stop) {
            controller.abort(new Error("stop"));
            controller.signal.throwIfAborted();
          }
          return work(...a);
        };
      const interrupted = await run(
        journal,
        {
          measure: stopping(experiment.measure),
          write: stopping(experiment.write),
          conclude: stopping(experiment.conclude),
        },
        { signal: controller.signal },
      );
      expect(interrupted.ended).toBe("interrupted by the user");
      journal.append({ type: "run.resumed", at: 0, task: reprogramTask(settings), tier: "deno" });
      await run(journal, experiment);
      expect(did).toEqual(through.did);
      expect(resultOf(journal, settings)).toEqual(resultOf(whole, settings));
      journal.close();
    }
    whole.close();
  });
});
