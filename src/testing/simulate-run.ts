/**
 * A run without a sandbox: proposes, applies and scores in memory, so that a proposer can be tested and measured in
 * milliseconds. Deterministic: keeping is strict improvement, and nothing depends on time.
 */
import { applyEdit } from "../core/edits/apply-edit.ts";
import { bareTask } from "../core/bare-task.ts";
import { candidateId } from "../core/candidate.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { isBetter } from "../core/metric.ts";
import { createRandom } from "../core/numerics/random.ts";
import type { Direction, Task } from "../core/task.ts";
import type { CandidateId, Outcome, TrialRecord, Verdict } from "../core/trial.ts";
import type { Proposer, ProposerContext } from "../propose/types.ts";

export interface Simulation {
  readonly proposer: Proposer;
  readonly program: ProgramFiles;
  /** The score of a program; null when it fails. */
  readonly score: (files: ProgramFiles) => number | null | Promise<number | null>;
  readonly trials: number;
  readonly seed: number;
  readonly direction?: Direction;
  /** Whether the same program always has the same score, which a proposer may ask the task; default true. */
  readonly deterministic?: boolean;
  /** The metric's name, from which a proposer may take what the task is about; default `score`. */
  readonly metric?: string;
  /** Trials that run at a time; they finish in the order in which they began. */
  readonly parallel?: number;
}

export interface SimulatedRun {
  readonly history: readonly TrialRecord[];
  /** Best score after each trial, the baseline first. */
  readonly best: readonly number[];
  readonly champion: ProgramFiles;
  /** What the proposer would be shown next. */
  readonly context: ProposerContext;
}

/** What a proposer may look at of a task that is never run. */
const taskOf = ({ program, direction = "minimize", deterministic = true, metric = "score" }: Simulation): Task =>
  bareTask({
    name: "simulation",
    program: Object.keys(program),
    proposer: "simulated",
    metric: { name: metric, direction, deterministic },
    budget: { trainSeconds: 1, startupSeconds: 1, evaluateSeconds: 1, memoryBytes: 2 ** 30 },
  });

/** Runs until `trials` are done or the proposer has nothing more to propose. Throws if an edit does not apply. */
export async function simulateRun(simulation: Simulation): Promise<SimulatedRun> {
  const { proposer, program, trials, seed, direction = "minimize", parallel = 1 } = simulation;
  const programs = new Map<CandidateId, ProgramFiles>([[candidateId(program), program]]);
  const base = await evaluated(blankRecord(program), program, simulation);
  const history = [{ ...base, verdict: verdictOf(true) }];
  const pending: TrialRecord[] = [];
  let champion = history[0] as TrialRecord;
  const best = [scoreOf(champion)];
  const contextFor = (trial: number): ProposerContext => ({
    direction,
    task: taskOf(simulation),
    trial,
    agenda: "",
    champion: { candidate: champion.candidate as string, score: scoreOf(champion), trial: champion.trial },
    baseline: { candidate: base.candidate as string, score: scoreOf(base) },
    history: [...history],
    pending: [...pending],
    program: (candidate) => programs.get(candidate) as ProgramFiles,
    random: createRandom(`${seed}/${trial}`),
  });
  let next = 1;
  for (;;) {
    const proposal = next > trials ? null : await proposer.propose(contextFor(next), new AbortController().signal);
    if (proposal !== null) {
      const parent = programs.get(proposal.parent) as ProgramFiles;
      if (proposal.edit === null) throw new Error(`expected an edit, found none: ${proposal.problem ?? ""}`);
      const applied = applyEdit(parent, proposal.edit, (path) => path in program);
      if (!applied.ok) throw new Error(`expected an edit that applies, found: ${applied.reason}`);
      const { edit, description, detail } = proposal;
      const name = proposal.proposer ?? proposer.name;
      programs.set(candidateId(applied.files), applied.files);
      pending.push({
        ...blankRecord(applied.files),
        trial: next++,
        proposer: name,
        parent: proposal.parent,
        edit,
        description,
        detail,
      });
      if (pending.length < parallel && next <= trials) continue;
    }
    const first = pending.shift();
    if (first === undefined) break;
    const done = await evaluated(first, programs.get(first.candidate as string) as ProgramFiles, simulation);
    const isKept = done.outcome?.score != null && isBetter(direction, done.outcome.score, scoreOf(champion));
    const reward = isKept ? Math.abs(scoreOf(champion) - (done.outcome?.score ?? 0)) : 0;
    history.push({ ...done, verdict: { ...verdictOf(isKept), reward } });
    if (isKept) champion = history.at(-1) as TrialRecord;
    best.push(scoreOf(champion));
  }
  return {
    history,
    best,
    champion: programs.get(champion.candidate as string) as ProgramFiles,
    context: contextFor(next),
  };
}

const scoreOf = (record: TrialRecord): number => record.outcome?.score ?? Number.NaN;

const verdictOf = (isKept: boolean): Verdict => ({
  decision: isKept ? "keep" : "discard",
  rule: "strict",
  reason: "",
  reward: 0,
});

const blankRecord = (files: ProgramFiles): TrialRecord => ({
  trial: 0,
  attempts: 1,
  proposer: "baseline",
  description: "baseline",
  parent: null,
  candidate: candidateId(files),
  edit: null,
  detail: null,
  seed: 0,
  outcome: null,
  verdict: null,
});

async function evaluated(record: TrialRecord, files: ProgramFiles, { score }: Simulation): Promise<TrialRecord> {
  const value = await score(files);
  const isScored = value !== null && Number.isFinite(value);
  const diagnostics = { wallSeconds: 0, trainSeconds: 0, cpuSeconds: 0, peakMemoryBytes: 0, outputTail: "" };
  const outcome: Outcome = {
    status: isScored ? "scored" : "crashed",
    score: isScored ? value : null,
    reason: isScored ? "" : "the program failed",
    selfReported: false,
    metrics: {},
    diagnostics,
  };
  return { ...record, outcome };
}
