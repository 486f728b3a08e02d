/** What a proposer is shown where there is no run: the program is its own baseline and champion, and nothing was tried. */
import { bareTask } from "../../core/bare-task.ts";
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import type { Random } from "../../core/numerics/random.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { ProposerContext } from "../types.ts";

/** `known` are programs that must not be proposed. */
export function untriedContext(
  files: ProgramFiles,
  random: Random,
  known: readonly ProgramFiles[] = [],
): ProposerContext {
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

/** Proposers that look at the program alone find nothing here that matters. */
const TASK = bareTask({
  name: "builtin",
  program: ["**"],
  proposer: "builtin",
  metric: { name: "utility", direction: "maximize" },
});
