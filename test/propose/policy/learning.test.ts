import { afterEach, describe, expect, test } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import {
  decodeWeights,
  encodeWeights,
  freshWeights,
  mergeAdapters,
  policyBackend,
  runLearner,
  editNetwork,
} from "../../../src/propose/policy/actor.ts";
import { observe } from "../../../src/propose/policy/features.ts";
import { readNotes } from "../../../src/propose/policy/notes.ts";
import { exportLearned, policyProposer } from "../../../src/propose/policy/policy-proposer.ts";
import { decisionsOf } from "../../../src/propose/policy/recall.ts";
import { readBoard } from "../../../src/propose/policy/read-board.ts";
import type { Proposal, Proposer, ProposerContext } from "../../../src/propose/types.ts";
import { createLearner, type Learner } from "../../../src/policy/learner.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

const program: ProgramFiles = { "main.py": "learning_rate = 0.01\nmomentum = 0.5\nwidth = 64\ndropout = 0.3\n" };
const score = (files: ProgramFiles): number => {
  const [rate = 1, momentum = 0] = [...(files["main.py"] ?? "").matchAll(/= (\S+)/g)].map(([, value]) => Number(value));
  return Math.log10(rate / 0.05) ** 2 + (momentum - 0.8) ** 2;
};
const weights = freshWeights("learning");
const run = (proposer: Proposer, trials: number, parallel = 1) =>
  simulateRun({ proposer, program, score, trials, seed: 5, parallel });

const open: Learner[] = [];
afterEach(async () => {
  for (const learner of open.splice(0)) await learner.close();
});

describe("learning within a run", () => {
  test("notes new parameters with the first proposal after each batch of own trials, and acts on them", async () => {
    const { history } = await run(policyProposer({ weights, batch: 5 }), 18);
    const learned = history.flatMap((record) => readNotes(record)?.learned ?? []);
    expect(learned.map(({ updates, upTo }) => [updates, upTo])).toEqual([
      [1, 5],
      [2, 10],
      [3, 15],
    ]);
    expect(new Set(learned.map((one) => one.weights)).size).toBe(3);
    // The notes that came before the first update are those of a policy that does not learn; later they differ.
    const frozen = await run(policyProposer({ weights, learn: false }), 18);
    const values = (records: typeof history) => records.map((record) => readNotes(record)?.value);
    expect(values(history).slice(0, 6)).toEqual(values(frozen.history).slice(0, 6));
    expect(values(history).slice(6)).not.toEqual(values(frozen.history).slice(6));
  });

  test("a run that was cut anywhere and read back from JSON makes the same proposals", async () => {
    const whole = await run(policyProposer({ weights, batch: 5 }), 14);
    for (const cut of [5, 6, 11]) {
      const history = JSON.parse(JSON.stringify(whole.history.slice(0, cut))) as ProposerContext["history"];
      const champion = history.findLast(({ verdict }) => verdict?.decision === "keep")!;
      const context: ProposerContext = {
        ...whole.context,
        trial: cut,
        history,
        champion: { candidate: champion.candidate!, score: champion.outcome!.score!, trial: champion.trial },
        random: createRandom(`5/${cut}`),
      };
      const proposal = await policyProposer({ weights: decodeWeights(encodeWeights(weights)), batch: 5 }).propose(
        context,
        new AbortController().signal,
      );
      const { edit, detail, description } = whole.history[cut]!;
      expect(proposal).toMatchObject({ edit, description });
      expect(JSON.stringify(proposal!.detail)).toBe(JSON.stringify(detail));
    }
  });

  test("pays for what was kept, by what was gained of late, and neither charges for a worse score nor pays for what follows", async () => {
    const failing = (files: ProgramFiles) =>
      /width = 6[5-9]|width = [7-9]/.test(files["main.py"]!) ? null : score(files);
    const proposer = policyProposer({ weights, learn: false });
    const { context } = await simulateRun({ proposer, program, score: failing, trials: 60, seed: 5 });
    const samples = await decisionsOf(context);
    const trials = context.history.slice(1);
    expect(samples).toHaveLength(trials.length);
    const earned = (is: (record: TrialRecord) => boolean) =>
      samples.flatMap(({ target }, i) => (is(trials[i]!) ? [target] : []));
    const kept = earned(({ verdict }) => verdict?.decision === "keep");
    expect(kept.length).toBeGreaterThan(8);
    expect(kept.every((target) => target >= 0.15 && target <= 0.3)).toBe(true);
    // Gains shrink by orders of magnitude, what the last ones earn does not.
    expect(Math.max(...kept.slice(-4))).toBeGreaterThan(0.2);
    const failed = earned(({ outcome }) => outcome?.status !== "scored");
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed)).toEqual(new Set([-0.03]));
    expect(
      new Set(earned(({ outcome, verdict }) => outcome?.status === "scored" && verdict?.decision !== "keep")),
    ).toEqual(new Set([0]));
    samples.forEach(({ target, advantage }, i) =>
      expect(advantage).toBeCloseTo(target - readNotes(trials[i]!)!.value, 9),
    );
  });

  test("learns from trials that ran side by side as well", async () => {
    const { history } = await run(policyProposer({ weights, batch: 4 }), 14, 3);
    expect(history.flatMap((record) => readNotes(record)?.learned ?? []).length).toBeGreaterThanOrEqual(2);
    expect(history.some((record) => (readNotes(record)?.pending.length ?? 0) > 0)).toBe(true);
  });

  test("sees a decision as it was, also when a trial that ran beside it is still running", async () => {
    const text = "export function step(a, b) {\n  if (a < b) a += 1;\n  b = Math.max(a, b);\n  return a + b;\n}\n";
    const { context } = await simulateRun({
      proposer: policyProposer({ weights }),
      program: { "main.ts": text },
      score: () => 1,
      trials: 0,
      seed: 5,
    });
    const programs = new Map<string, ProgramFiles>();
    const program = (candidate: string) => programs.get(candidate) ?? context.program(candidate);
    const record = (trial: number, { edit, parent, description, detail }: Proposal): TrialRecord => {
      const applied = applyEdit(program(parent), edit!, () => true) as { readonly files: ProgramFiles };
      const candidate = candidateId(applied.files);
      programs.set(candidate, applied.files);
      return {
        ...context.history[0]!,
        trial,
        candidate,
        parent,
        edit,
        description,
        detail,
        outcome: null,
        verdict: null,
      };
    };
    const proposer = policyProposer({ weights, learn: false });
    const propose = async (trial: number, pending: readonly TrialRecord[]) => {
      const then = { ...context, program, trial, pending, random: createRandom(trial) };
      return record(trial, (await proposer.propose(then, new AbortController().signal))!);
    };
    const slow = await propose(1, []);
    const quick = await propose(2, [slow]);
    const { outcome, verdict } = context.history[0]!;
    const finished = { ...quick, outcome, verdict: { ...verdict!, decision: "discard" as const } };
    const now = { ...context, program, trial: 3, history: [...context.history, finished], pending: [slow] };
    const [sample] = await decisionsOf(now);
    const board = await readBoard({ ...context, program, trial: 2, pending: [slow] }, []);
    expect(sample?.observation).toEqual(observe(board, readNotes(quick)!.banned));
  });

  test("ignores what was learned from other weights, and notes that are no notes", async () => {
    const { context } = await run(policyProposer({ weights, batch: 4 }), 10);
    const other = freshWeights("other");
    const propose = (history: ProposerContext["history"]) =>
      policyProposer({ weights: other, batch: 100 }).propose(
        { ...context, history, random: createRandom(1) },
        new AbortController().signal,
      );
    const broken = context.history.map((record) => ({ ...record, detail: { policy: { action: "no", learned: 7 } } }));
    const [kept, cleared] = [await propose(context.history), await propose(broken)];
    expect(readNotes(kept!)?.base).toBe(readNotes(cleared!)?.base);
    expect(readNotes(broken[1]!)).toBeUndefined();
  });
});

describe("weights", () => {
  test("survive a file, and those of another network are refused with the name of what is wrong", () => {
    expect(decodeWeights(encodeWeights(weights))).toEqual(weights);
    const { "scores.weight": _, ...rest } = weights;
    expect(() => decodeWeights(encodeWeights(rest))).toThrow(/scores\.weight/);
    expect(() => decodeWeights(Uint8Array.of(1, 2, 3))).toThrow(/safetensors/);
  });

  test("with adapters merged into them do what base and adapters do", async () => {
    const { context } = await run(policyProposer({ weights }), 6);
    const view = observe(await readBoard(context, []));
    const backend = await policyBackend();
    const adapted = await runLearner(weights, { backend });
    const stream = createRandom("adapters");
    const changed = Object.fromEntries(
      Object.entries(adapted.weights(adapted.start())).map(([name, values]) => [
        name,
        values.map((x) => x + 0.05 * stream.normal()),
      ]),
    );
    const plain = await createLearner(editNetwork(mergeAdapters(weights, changed)), { backend });
    open.push(adapted, plain);
    const [[one], [two]] = [
      await adapted.evaluate(adapted.start(changed), [view]),
      await plain.evaluate(plain.start(), [view]),
    ];
    expect(two!.value).toBeCloseTo(one!.value, 4);
    two!.logPi.forEach((x, i) =>
      expect(x > -1e8 ? x : -1e9).toBeCloseTo(one!.logPi[i]! > -1e8 ? one!.logPi[i]! : -1e9, 3),
    );
  });

  test("that a run learned can be exported and given to another run", async () => {
    const { history } = await run(policyProposer({ weights, batch: 4 }), 10);
    const bytes = await exportLearned(history, weights);
    const taken = decodeWeights(bytes!);
    expect(taken["scores.weight"]).not.toEqual(weights["scores.weight"]);
    expect((await run(policyProposer({ weights: taken }), 4)).history).toHaveLength(5);
    expect(await exportLearned(history.slice(0, 3), weights)).toBeUndefined();
  });
});

test("a trial can be handed to a delegate, whose own notes are kept", async () => {
  const asked: string[] = [];
  const proposer: Proposer = {
    name: "oracle",
    async propose(context) {
      asked.push(context.champion.candidate);
      const text = context.program(context.champion.candidate)["main.py"]!;
      const edit = {
        kind: "whole-files",
        files: [{ path: "main.py", text: `${text}x_${context.trial} = 1\n` }],
      } as const;
      return { edit, parent: context.champion.candidate, description: "adds a line", detail: { model: "oracle" } };
    },
  };
  const policy = policyProposer({ weights, delegates: [{ names: ["model", "bold"], proposer }] });
  // Nothing else can be done with this program.
  const { history } = await simulateRun({
    proposer: policy,
    program: { "main.py": "pass\n" },
    score,
    trials: 3,
    seed: 1,
  });
  expect(history).toHaveLength(4);
  expect(asked).toHaveLength(3);
  expect(history[1]).toMatchObject({ detail: { model: "oracle", policy: { site: "ask:model bold" } } });
});
