import { expect, it } from "vitest";

import { candidateId } from "../../../src/core/candidate.ts";
import type { ProgramFiles } from "../../../src/core/edit.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { secondLookAt, withSecondLooks } from "../../../src/propose/ensemble/second-look.ts";
import type { Proposal, Proposer, ProposerContext } from "../../../src/propose/types.ts";
import { contextAfter, trialRecord } from "./records.ts";

const program = (value: number): ProgramFiles => ({ "main.py": `rate = ${value}\n` });
const OWN = candidateId(program(0));

/** A trial of `value` that gained `gain` ± `error` in three pairs beside trial `opponent`. */
function discarded(
  trial: number,
  value: number,
  { gain = 0.3, error = 0.1, opponent = 0, again = 0 } = {},
): TrialRecord {
  const record = trialRecord({
    trial,
    parent: OWN,
    candidate: candidateId(program(value)),
    ...(again > 0 && { description: `trial ${again} again: trial ${again}`, detail: { again } }),
  });
  const evidence = { purse: "close", level: 0.01, logEvidence: 0, opponent, pairs: 3, gain, error } as const;
  return { ...record, verdict: { decision: "discard", reason: "", rule: "tested", reward: 0, evidence } };
}

const { task } = contextAfter([]);
const noisy = { ...task, metric: { ...task.metric, deterministic: false } };

const after = (trials: readonly TrialRecord[], changes: Partial<ProposerContext> = {}): ProposerContext =>
  contextAfter(trials, {
    task: noisy,
    champion: { candidate: OWN, score: 1, trial: 0 },
    program: (id) => [0, 1, 2, 3].map(program).find((files) => candidateId(files) === id) as ProgramFiles,
    ...changes,
  });

const dry: Proposer = { name: "dry", propose: () => Promise.resolve(null) };
const asked = (context: ProposerContext, proposer = dry): Promise<Proposal | null> =>
  withSecondLooks(proposer).propose(context, new AbortController().signal);

it("looks again at what gained most for sure, and says at what", async () => {
  const one = discarded(1, 1, { gain: 0.2 });
  const other = discarded(2, 2, { gain: 0.9, error: 0.8 });
  const proposal = (await asked(after([one, other, discarded(3, 3, { gain: 0.15 })]))) as Proposal;
  expect(proposal).toMatchObject({ parent: OWN, proposer: "again", description: "trial 1 again: trial 1" });
  expect(secondLookAt(proposal)).toBe(1);
  expect(proposal.edit).toMatchObject({ files: [{ path: "main.py", text: "rate = 1\n" }] });
});

it("names the first look, however many there were, and looks three times at most", async () => {
  const twice = [discarded(1, 1), discarded(2, 1, { again: 1, gain: 0.4 })];
  expect(await asked(after(twice))).toMatchObject({ description: "trial 1 again: trial 1", detail: { again: 1 } });
  expect(await asked(after([...twice, discarded(3, 1, { again: 1 })]))).toBeNull();
});

it.each([
  ["gained no more than its error", after([discarded(1, 1, { gain: 0.1 })])],
  ["was run beside another champion", after([discarded(1, 1, { opponent: 7 })])],
  [
    "was not run again at all",
    after([trialRecord({ trial: 1, score: 0.1, parent: OWN, candidate: candidateId(program(1)) })]),
  ],
  ["waits for another verdict", after([discarded(1, 1)], { pending: [trialRecord({ trial: 2 })] })],
])("leaves alone what %s", async (_, context) => {
  expect(await asked(context)).toBeNull();
});

it("does nothing where scores never vary, or while there is something new", async () => {
  const context = after([discarded(1, 1)]);
  const exact = { ...noisy, metric: { ...noisy.metric, deterministic: true } };
  expect(await asked({ ...context, task: exact })).toBeNull();
  const fresh: Proposal = { edit: null, parent: OWN, description: "new", detail: null };
  expect(await asked(context, { name: "new", propose: () => Promise.resolve(fresh) })).toBe(fresh);
});
