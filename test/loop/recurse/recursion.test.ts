import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { type Journal, openJournal } from "../../../src/journal/journal.ts";
import { downstreamRuns, type RunDownstream } from "../../../src/loop/recurse/meta-utility.ts";
import { IMPROVER_FILE, recursion, type RecursionOptions } from "../../../src/loop/recurse/recursion.ts";
import { recursionNotes } from "../../../src/loop/recurse/recursion-notes.ts";
import { recursionTask } from "../../../src/loop/recurse/recursion-task.ts";
import { copiesAgain, DEFAULT_RECURSION, type RecursionSettings } from "../../../src/loop/recurse/settings.ts";
import { freshFolder } from "../../fresh-folder.ts";

function freshJournal(settings: RecursionSettings, seedText: string): Journal {
  const folder = freshFolder();
  const journal = openJournal(join(folder, "journal.db"), { create: true });
  journal.transaction(() => {
    const baseline = journal.saveProgram({ [IMPROVER_FILE]: seedText });
    journal.append({
      type: "run.started",
      at: 0,
      run: "run-001",
      version: "test",
      task: recursionTask(settings),
      seed: settings.seed,
      tier: "deno",
      environmentHash: "",
      baseline,
    });
  });
  return journal;
}

/** An improver is a number here: its quality. Working, it makes `target + worker`; measured, it is worth itself / 100. */
function world(journal: Journal, settings: RecursionSettings, over: Partial<RecursionOptions> = {}) {
  const counts = { downstream: 0, steps: 0 };
  const problem = {
    name: "toy",
    seedSolution: "0",
    utility: {
      description: "",
      score: async (solution: string) => ({ score: Number(solution), reason: "", flags: [], parts: [] }),
    },
  };
  const measured =
    (label: string, copies: number): RecursionOptions["measure"] =>
    (improver, { parts, signal }) => {
      const runDownstream: RunDownstream = async (source) => {
        counts.downstream++;
        signal.throwIfAborted();
        if (source === "broken")
          return { score: 0, test: 0, solution: "0", failure: "does not run", flags: [], measured: {} };
        const score = Number(source) / 100;
        return { score, test: score + 0.5, solution: source, failure: "", flags: [], measured: {} };
      };
      const options = { problems: [problem], copies, budget: settings.downstream, parts, label, runDownstream };
      return downstreamRuns(improver, options, signal);
    };
  const options: RecursionOptions = {
    journal,
    settings,
    measure: measured("validation", settings.copies),
    measureAgain: measured("again", copiesAgain(settings)),
    improve: async ({ worker, target }) => {
      counts.steps++;
      const solution = String(Number(target) + Number(worker));
      return { solution, failure: "", flags: [], utilityCalls: 1, modelCalls: 1 };
    },
    observer: {},
    signal: new AbortController().signal,
    now: () => 0,
    ...over,
  };
  return { options, counts };
}

const settings: RecursionSettings = { ...DEFAULT_RECURSION, rounds: 4, copies: 2 };
const improversOf = (journal: Journal): string[] =>
  [...journal.trials()].map(({ candidate }) => journal.program(candidate as string)[IMPROVER_FILE] as string);

describe("the recursion", () => {
  it("lets every improver improve itself: I_t = I_{t-1}(û, I_{t-1}, L)", async () => {
    const journal = freshJournal(settings, "1");
    const state = await recursion(world(journal, settings).options);
    expect(improversOf(journal)).toEqual(["1", "2", "4", "8", "16"]);
    expect(state.champion?.score).toBeCloseTo(0.16);
    expect(state.ended).toBe("all 4 rounds done");
    expect(journal.trial(4)?.outcome?.metrics).toMatchObject({ test_meta_utility: 0.66, failed_runs: 0 });
    journal.close();
  });

  it("measures the champion and the first once more in the end, in runs that chose nothing: equal improvers show no gain", async () => {
    const one = { ...settings, rounds: 1, copies: 1 };
    const journal = freshJournal(one, "1");
    const asked: string[] = [];
    const runsOf = (scores: readonly number[]) =>
      scores.map((test) => ({ task: "toy", score: test, test, failure: "", flags: [], measured: {}, solution: "" }));
    const { options } = world(journal, one, {
      // The second was lucky where it was chosen.
      measure: async (improver) => runsOf(improver === "1" ? [0.4, 0.5] : [0.7, 0.8]),
      measureAgain: async (improver) => {
        asked.push(improver);
        return runsOf(improver === "1" ? [0.3, 0.5, 0.4, 0.6] : [0.5, 0.4, 0.5, 0.4]);
      },
    });
    const state = await recursion(options);
    expect(state.champion).toMatchObject({ trial: 1, score: 0.75 });
    expect(asked).toEqual(["1", "2"]);
    const { metrics } = journal.trial(1)!.outcome!;
    expect(metrics["again_first"]).toBeCloseTo(0.45);
    expect(metrics["again_champion"]).toBeCloseTo(0.45);
    // Differences .2, −.1, .1, −.2; Student's 97.5 % quantile with three degrees of freedom is 3.1824.
    const reach = (3.1824 * Math.sqrt(0.1 / 3)) / 2;
    expect(metrics["again_gain_low"]).toBeCloseTo(-reach, 4);
    expect(metrics["again_gain_high"]).toBeCloseTo(reach, 4);
    expect(recursionNotes(state)[0]).toBe(
      "Improver 1 is not shown to be better than the first, on test instances, in 4 new runs of each that chose nothing: " +
        "0.450 → 0.450, a difference of 0.000, 95 % interval −0.291 to 0.291.",
    );
    journal.close();
  });

  it("measures nothing again where the first improver stays the best", async () => {
    const one = { ...settings, rounds: 1 };
    const journal = freshJournal(one, "2");
    const { options } = world(journal, one, {
      improve: async () => ({ solution: "1", failure: "", flags: [], utilityCalls: 0, modelCalls: 0 }),
      measureAgain: () => Promise.reject(new Error("asked for nothing")),
    });
    expect((await recursion(options)).champion?.trial).toBe(0);
    journal.close();
  });

  it("with a frozen improver adds the seed's own work only: the control of recursion", async () => {
    const frozen = { ...settings, frozen: true };
    const journal = freshJournal(frozen, "1");
    await recursion(world(journal, frozen).options);
    expect(improversOf(journal)).toEqual(["1", "2", "3", "4", "5"]);
    journal.close();
  });

  it("gives up an improver whose every run fails, and goes on with the one before", async () => {
    const journal = freshJournal(settings, "1");
    let step = 0;
    const { options } = world(journal, settings, {
      improve: async ({ target }) => ({
        solution: step++ === 1 ? "broken" : String(Number(target) + 10),
        failure: "",
        flags: [],
        utilityCalls: 0,
        modelCalls: 0,
      }),
    });
    await recursion(options);
    expect(improversOf(journal)).toEqual(["1", "11", "broken", "21", "31"]);
    journal.close();
  });

  it("keeps the best only, if asked to", async () => {
    const better = { ...settings, keep: "better" as const };
    const journal = freshJournal(better, "20");
    const { options } = world(journal, better, {
      improve: async ({ target }) => ({
        solution: String(Number(target) - 5),
        failure: "",
        flags: ["over-utility-budget"],
        utilityCalls: 0,
        modelCalls: 0,
      }),
    });
    const state = await recursion(options);
    expect(improversOf(journal)).toEqual(["20", "15", "15", "15", "15"]);
    expect(state.champion?.trial).toBe(0);
    expect(journal.trial(1)?.detail).toMatchObject({ worker: 0, target: 0, flags: ["over-utility-budget"] });
    journal.close();
  });

  it("calls no copy of the champion a better one, however lucky its measurement was", async () => {
    const journal = freshJournal(settings, "1");
    let luck = 0;
    const { options } = world(journal, settings, {
      measure: async () => {
        const score = (luck += 0.1);
        return [{ task: "toy", score, test: 0, failure: "", flags: [], measured: {}, solution: "" }];
      },
      improve: async ({ target }) => ({ solution: target, failure: "", flags: [], utilityCalls: 0, modelCalls: 0 }),
    });
    const state = await recursion(options);
    expect(state.champion?.trial).toBe(0);
    expect(journal.trial(4)).toMatchObject({
      description: "unchanged: nothing better found, in 0 meta-utility calls",
      verdict: { decision: "discard" },
    });
    journal.close();
  });

  it("draws workers from an archive by their utility in population mode, the same for the same seed", async () => {
    const archive = { ...settings, population: 3, rounds: 8 };
    const runs = [0, 1].map(async () => {
      const journal = freshJournal(archive, "1");
      await recursion(world(journal, archive).options);
      const workers = [...journal.trials()].slice(1).map(({ detail }) => (detail as { worker: number }).worker);
      journal.close();
      return workers;
    });
    const [one, two] = await Promise.all(runs);
    expect(one).toEqual(two);
    expect(new Set(one).size).toBeGreaterThan(1);
  });

  it("draws anew from the archive after a round whose improver is worth nothing", async () => {
    const archive = { ...settings, population: 2, rounds: 8, copies: 1 };
    const journal = freshJournal(archive, "5");
    let step = 0;
    const { options } = world(journal, archive, {
      improve: async () => ({
        solution: step++ === 0 ? "5.0" : "broken",
        failure: "",
        flags: [],
        utilityCalls: 0,
        modelCalls: 0,
      }),
    });
    await recursion(options);
    const workers = [...journal.trials()].slice(2).map(({ detail }) => (detail as { worker: number }).worker);
    journal.close();
    expect(new Set(workers)).toEqual(new Set([0, 1]));
  });

  it("cut off after any part, goes on without doing one twice and ends as if it had not been", async () => {
    const whole = freshJournal(settings, "1");
    const expected = await recursion(world(whole, settings).options);
    const total = world(whole, settings).counts;
    expect(total.downstream).toBe(0);
    for (let cut = 1; cut < 30; cut += 4) {
      const journal = freshJournal(settings, "1");
      let parts = 0;
      const controller = new AbortController();
      const first = world(journal, settings, {
        signal: controller.signal,
        observer: { partFinished: () => void (++parts === cut && controller.abort()) },
      });
      await recursion(first.options);
      journal.append({ type: "run.resumed", at: 0, task: recursionTask(settings), tier: "deno" });
      const second = world(journal, settings);
      const state = await recursion(second.options);
      expect(improversOf(journal)).toEqual(improversOf(whole));
      expect(state.champion).toEqual(expected.champion);
      expect(journal.trial(4)?.outcome?.metrics).toEqual(whole.trial(4)?.outcome?.metrics);
      expect(first.counts.steps + second.counts.steps).toBe(4);
      const finished = [...journal.events()].filter(({ event }) => event.type === "part.finished");
      const names = finished.map(({ event }) => (event.type === "part.finished" ? `${event.trial}/${event.part}` : ""));
      expect(new Set(names).size).toBe(names.length);
      journal.close();
    }
    whole.close();
  });
});
