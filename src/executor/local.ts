/** Trials on this machine: check the environment, run the program, score what it left. */
import { join } from "node:path";

import { StropError } from "../core/errors.ts";
import type { Action } from "../core/task.ts";
import type { Outcome } from "../core/trial.ts";
import { verifyEnvironment } from "../workspace/environment.ts";
import { environmentChanged, newcomersNote, type TrialContext } from "./context.ts";
import { diagnose, failure, failureOf, refusalOf } from "./outcome.ts";
import { removeHostileFolder } from "../workspace/remove-folder.ts";
import { runCommand, startCommand } from "./run-command.ts";
import { runModule } from "./run-module.ts";
import { evaluatorScore, selfScore } from "./score.ts";
import type { Executor, TrialRequest } from "./types.ts";

/** An executor over one open sandbox. The caller closes it; `tempFolder` is emptied trial by trial. */
export function localExecutor(context: TrialContext): Executor {
  const run = async (request: TrialRequest, evaluator: Action | undefined): Promise<Outcome> => {
    await expectEnvironment(context);
    try {
      const outcome = (await precheck(context, request)) ?? (await execute(context, request, evaluator));
      // A command saw the files as they were meanwhile; a module was given the pinned bytes.
      if (hasCommands(context)) await expectEnvironment(context);
      return outcome;
    } catch (thrown) {
      // A candidate with files `a` and `a/b` cannot be laid out: its own doing.
      if (thrown instanceof StropError && thrown.code === "program.conflict") return failure("invalid", thrown.message);
      throw thrown;
    } finally {
      await removeScratch(context, request.label);
    }
  };
  return {
    run: (request) => run(request, context.task.evaluate),
    holdout: (request) => run(request, requireHoldout(context)),
    close: () => context.sandbox.close(),
  };
}

async function expectEnvironment({ environment, note }: TrialContext): Promise<void> {
  const changed = await verifyEnvironment(environment.pins, {
    onNew: (paths) => note?.(newcomersNote(paths)),
  });
  if (changed.length > 0) throw environmentChanged(changed);
}

const hasCommands = ({ task }: TrialContext): boolean =>
  [task.run, task.evaluate, task.holdout, task.check].some((action) => action?.kind === "command");

async function execute(context: TrialContext, request: TrialRequest, evaluator: Action | undefined): Promise<Outcome> {
  const action = context.task.run;
  const executed =
    action.kind === "module" ? await runModule(context, action, request) : await runCommand(context, action, request);
  if ("problem" in executed) return failure("invalid", executed.problem);
  const diagnostics = diagnose(executed.result, executed.trainSeconds);
  if (executed.ending !== undefined) return failure(executed.ending.status, executed.ending.reason, diagnostics);
  const failed = failureOf(executed.result, diagnostics);
  if (failed !== undefined) return failed;
  if (evaluator === undefined) return selfScore(context, executed, diagnostics);
  // The referee never shares the machine with the program that it judges.
  await executed.gone;
  return evaluatorScore(context, evaluator, { outputs: executed.outputs, diagnostics, request });
}

/** The task's `check` command; undefined when it passes or there is none. */
async function precheck(context: TrialContext, request: TrialRequest): Promise<Outcome | undefined> {
  const { check, budget } = context.task;
  if (check === undefined) return undefined;
  const { execution } = await startCommand(context, check, {
    files: request.files,
    reader: "referee",
    scratch: join(context.tempFolder, `${request.label}-check`),
    wallSeconds: budget.evaluateSeconds,
    env: {},
    signal: request.signal,
    onOutput: () => {},
  });
  const result = await execution.result;
  if (request.signal.aborted) return failure("interrupted", "strop was interrupted while this trial was checked");
  if (result.exitCode === 0 && result.killed === undefined) return undefined;
  // A check runs the program's code where it can read what is hidden, and this reason reaches whoever proposes.
  const said = (context.task.hidden ?? []).length === 0 ? result : { ...result, outputTail: SILENCE };
  return failure("invalid", `the check command failed: ${refusalOf(said)}`, diagnose(said, 0));
}

const SILENCE = "(not shown: a check sees hidden files)";

function requireHoldout(context: TrialContext): Action {
  if (context.task.holdout !== undefined) return context.task.holdout;
  throw new StropError("holdout.missing", "expected a `holdout` command in the task, found none");
}

/** Modules touch no disk, so there is nothing to remove after them. */
async function removeScratch(context: TrialContext, label: string): Promise<void> {
  if (!hasCommands(context)) return;
  const suffixes = ["", "-check", "-evaluate"];
  await Promise.all(suffixes.map((suffix) => removeHostileFolder(join(context.tempFolder, label + suffix))));
}
