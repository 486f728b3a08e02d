/** One syntax-aware edit of a program outside any run: what the proposers of literals and rewrites would try first. */
import { applyEdit } from "../../core/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import type { Random } from "../../core/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { randomLiterals } from "../random.ts";
import { rewritesWith } from "../rewrites.ts";
import type { Proposer, ProposerContext } from "../types.ts";
import { latestValue } from "./latest-value.ts";
import { repetition } from "./repetition.ts";

export interface EditedProgram {
  readonly files: ProgramFiles;
  /** One line: what was done. */
  readonly description: string;
}

const PROPOSERS: readonly Proposer[] = [randomLiterals(), rewritesWith([repetition, latestValue])];

/**
 * The program after one random edit of its literals or its syntax tree; null when there is nothing to edit. `known` are
 * programs that must not come out.
 */
export async function editOnce(
  files: ProgramFiles,
  random: Random,
  known: readonly ProgramFiles[] = [],
): Promise<EditedProgram | null> {
  const context = contextOf(files, random, known);
  for (const proposer of random.shuffle(PROPOSERS)) {
    const proposal = await proposer.propose(context, new AbortController().signal);
    if (proposal?.edit == null) continue;
    const applied = applyEdit(files, proposal.edit, (path) => path in files);
    if (applied.ok) return { files: applied.files, description: proposal.description };
  }
  return null;
}

/** A run that has just begun: the program is its baseline and its champion. */
function contextOf(files: ProgramFiles, random: Random, known: readonly ProgramFiles[]): ProposerContext {
  const all = [files, ...known];
  const programs = new Map(all.map((one) => [candidateId(one), one]));
  const candidate = candidateId(files);
  const history = all.map((one, trial) => untried(candidateId(one), trial));
  return {
    direction: "maximize",
    task: TASK,
    trial: history.length,
    agenda: "",
    champion: { candidate, score: 0, trial: 0 },
    baseline: { candidate, score: 0 },
    history,
    pending: [],
    program: (id) => programs.get(id) as ProgramFiles,
    random,
  };
}

const untried = (candidate: string, trial: number): TrialRecord => ({
  trial,
  attempts: 0,
  proposer: "builtin",
  description: "",
  parent: null,
  candidate,
  edit: null,
  detail: null,
  seed: 0,
  outcome: null,
  verdict: null,
});

/** The two proposers look at the program alone. */
const TASK: ProposerContext["task"] = {
  name: "builtin",
  program: ["**"],
  environment: [],
  run: { kind: "module", module: "none.ts", data: [] },
  evaluate: undefined,
  holdout: undefined,
  check: undefined,
  metric: { name: "utility", direction: "maximize", pattern: undefined, file: undefined, deterministic: true },
  budget: {
    trainSeconds: 1,
    clock: "wall",
    startupSeconds: 1,
    graceSeconds: 1,
    evaluateSeconds: 1,
    memoryBytes: 1,
    processes: 1,
    outputBytes: 1,
    diskBytes: 1,
  },
  parallel: 1,
  seed: 0,
  proposer: "builtin",
  agenda: undefined,
  stop: { target: undefined, trials: undefined, hours: undefined, cost: undefined, stagnation: undefined },
};
