/** Trials and contexts made by hand, and bandit problems played on them. */
import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import { createRandom } from "../../../src/core/numerics/random.ts";
import type { OutcomeStatus, TrialRecord } from "../../../src/core/trial.ts";
import type { ChooseAsk } from "../../../src/propose/model/types.ts";
import type { ProposerContext } from "../../../src/propose/types.ts";
import { simulateRun } from "../../../src/testing/simulate-run.ts";

type Told = Partial<TrialRecord> & {
  readonly trial: number;
  readonly score?: number | null;
  readonly status?: OutcomeStatus;
  readonly isKept?: boolean;
  readonly wallSeconds?: number;
};

/** A finished trial. */
export function trialRecord({
  score = 1,
  status = "scored",
  isKept = false,
  wallSeconds = 0,
  ...rest
}: Told): TrialRecord {
  return {
    attempts: 1,
    proposer: "model",
    description: `trial ${rest.trial}`,
    parent: null,
    candidate: `candidate-${rest.trial}`,
    edit: null,
    detail: null,
    seed: 0,
    outcome: {
      status,
      score: status === "scored" ? score : null,
      reason: "",
      selfReported: false,
      metrics: {},
      diagnostics: { wallSeconds, trainSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, outputTail: "" },
    },
    verdict: { decision: isKept ? "keep" : "discard", rule: "strict", reason: "", reward: isKept ? 1 : 0 },
    ...rest,
  };
}

const nothing = { name: "nothing", propose: () => Promise.resolve(null) };
const program: ProgramFiles = { "main.py": "rate = 0.1\n" };
const { context: blank } = await simulateRun({ proposer: nothing, program, score: () => 1, trials: 0, seed: 0 });

/** What a proposer sees after `trials`, the baseline aside. */
export const contextAfter = (
  trials: readonly TrialRecord[],
  changes: Partial<ProposerContext> = {},
): ProposerContext => ({
  ...blank,
  trial: 1 + trials.reduce((last, { trial }) => Math.max(last, trial), 0),
  history: [...blank.history, ...trials],
  random: createRandom(`seed/${trials.length}`),
  ...changes,
});

export const baselineId = candidateId(program);

export interface Problem {
  readonly choose: ChooseAsk;
  /** Chance that a trial of the model is kept. */
  readonly chance: (model: string, trial: number) => number;
  readonly trials: number;
  readonly seed: number | string;
}

/** How often each model was asked when trials are kept by chance. */
export function play({ choose, chance, trials, seed }: Problem): ReadonlyMap<string, number> {
  const history: TrialRecord[] = [];
  const asked = new Map<string, number>();
  const luck = createRandom(`luck/${seed}`);
  for (let trial = 1; trial <= trials; trial++) {
    const ask = choose(contextAfter(history, { trial, random: createRandom(`${seed}/${trial}`) }));
    if (ask === null) throw new Error("expected an ask, found none");
    asked.set(ask.model, (asked.get(ask.model) ?? 0) + 1);
    const isKept = luck.next() < chance(ask.model, trial);
    history.push(
      trialRecord({ trial, isKept, wallSeconds: 10, detail: { model: ask.model, exchange: trial, answer: 0 } }),
    );
  }
  return asked;
}
