/** strop as a library: what a program of yours needs to run a task, read its journal, or bring its own parts. */
export { applyEdit } from "./core/apply-edit.ts";
export { parseEdit } from "./core/parse-edit.ts";
export { StropError } from "./core/errors.ts";
export { createRandom } from "./core/random.ts";
export { VERSION } from "./core/version.ts";
export { openJournal } from "./journal/journal.ts";
export { reduce } from "./journal/reduce.ts";
export { strictRule } from "./judge/keep-rules/strict.ts";
export { runTask } from "./loop/run-task.ts";
export { createProposer } from "./propose/registry.ts";
export { openSandbox } from "./sandbox/open-sandbox.ts";
export { loadTask } from "./workspace/load-task.ts";
export { defineTask } from "./workspace/schema.ts";

export type { Edit, ProgramFiles } from "./core/edit.ts";
export type { Task } from "./core/task.ts";
export type { CurvePoint, Outcome, TrialRecord, Verdict } from "./core/trial.ts";
export type { RunEvent } from "./journal/events.ts";
export type { Journal } from "./journal/journal.ts";
export type { RunState } from "./journal/state.ts";
export type { KeepRule } from "./judge/keep-rule.ts";
export type { RunObserver } from "./loop/observer.ts";
export type { RunTaskOptions, RunTaskResult } from "./loop/run-task.ts";
export type { Proposal, Proposer, ProposerContext } from "./propose/types.ts";
export type { ModuleHost, Sandbox, Tier } from "./sandbox/types.ts";
export type { LoadedTask } from "./workspace/load-task.ts";
export type { TaskConfig } from "./workspace/schema.ts";
