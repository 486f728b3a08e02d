/**
 * From a proposer's suggestion to a trial with a candidate: the edit is applied, compared with what was tried, and its
 * syntax checked, before anything is paid for. Whatever fails here is an `invalid` outcome with a reason.
 */
import { applyEdit, type EditResult } from "../../core/edits/apply-edit.ts";
import { candidateId } from "../../core/candidate.ts";
import type { ProgramFiles } from "../../core/edit.ts";
import type { CandidateId } from "../../core/trial.ts";
import type { TrialProposed } from "../../journal/events.ts";
import type { RunState } from "../../journal/state.ts";
import { secondLookAt } from "../../propose/ensemble/second-look.ts";
import type { Proposal } from "../../propose/types.ts";
import { checkSyntax } from "../../syntax/check-syntax.ts";
import type { TypeChecker } from "../../workspace/type-check.ts";
import { trialSeed } from "../open-trial.ts";

/** `files` is undefined when the edit is invalid, and then `invalid` says why. */
export interface ProposedTrial {
  readonly event: TrialProposed;
  readonly files: ProgramFiles | undefined;
  readonly invalid: string | undefined;
}

export interface ProposeOptions {
  readonly state: RunState;
  readonly proposerName: string;
  readonly program: (candidate: CandidateId) => ProgramFiles;
  readonly inScope: (path: string) => boolean;
  /** Type checker of the task, if it has one. */
  readonly types: TypeChecker | null;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export async function settleProposal(proposal: Proposal, options: ProposeOptions): Promise<ProposedTrial> {
  const { state } = options;
  const parent = options.program(proposal.parent);
  const applied = applyProposal(proposal, parent, options);
  const isAgain = secondLookAt(proposal) !== undefined;
  const invalid = applied.ok ? await whyInvalid(applied.files, { parent, isAgain }, options) : applied.reason;
  const files = applied.ok ? applied.files : undefined;
  const event: TrialProposed = {
    type: "trial.proposed",
    at: options.now(),
    trial: state.nextTrial,
    proposer: proposal.proposer ?? options.proposerName,
    description: proposal.description,
    parent: proposal.parent,
    candidate: files === undefined ? null : candidateId(files),
    edit: proposal.edit,
    detail: proposal.detail,
    seed: trialSeed(state.seed, state.nextTrial),
    ...(applied.ok && applied.repairs.length > 0 ? { repairs: applied.repairs } : {}),
  };
  return { event, files, invalid };
}

function applyProposal({ edit, problem }: Proposal, parent: ProgramFiles, options: ProposeOptions): EditResult {
  if (problem !== undefined) return { ok: false, reason: problem };
  return edit === null ? { ok: false, reason: "the answer holds no edit" } : applyEdit(parent, edit, options.inScope);
}

/** The baseline as trial 0. */
export function baselineTrial(state: RunState, now: number): TrialProposed {
  return {
    type: "trial.proposed",
    at: now,
    trial: 0,
    proposer: "baseline",
    description: "the program as it is",
    parent: null,
    candidate: state.baseline,
    edit: null,
    detail: null,
    seed: trialSeed(state.seed, 0),
  };
}

/** `isAgain`: meant to be a program that was tried. */
async function whyInvalid(
  files: ProgramFiles,
  { parent, isAgain }: { readonly parent: ProgramFiles; readonly isAgain: boolean },
  options: ProposeOptions,
): Promise<string | undefined> {
  const { state, types, signal } = options;
  const id = candidateId(files);
  const contested = state.contests.map(({ record }) => record);
  const twin = [...state.open, ...contested, ...state.recent, ...state.best].find((record) => record.candidate === id);
  if (!isAgain && twin !== undefined && twin.outcome?.status !== "interrupted")
    return `the same program as trial ${twin.trial}`;
  const [problem] = await checkSyntax(files, parent);
  if (problem !== undefined) return `${problem.path}:${problem.line}:${problem.column} ${problem.message}`;
  return (await types?.newProblems(files, parent, signal))?.[0];
}
