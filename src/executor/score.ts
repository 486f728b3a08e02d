/**
 * From an execution to a score. With an evaluator, the number is the evaluator's and the program's own claims are
 * ignored; without one, the program's number counts and is marked self-reported.
 */
import { join } from "node:path";

import type { ProgramFiles } from "../core/edit.ts";
import type { JsonObject } from "../core/json.ts";
import type { Action, CommandAction, ModuleAction } from "../core/task.ts";
import type { Diagnostics, Outcome } from "../core/trial.ts";
import { type MetricReading, NO_FILE, readMetric } from "../judge/read-metric.ts";
import { neverRan } from "../sandbox/never-ran.ts";
import type { JobResult } from "../sandbox/types.ts";
import { matchLines } from "../workspace/match-lines.ts";
import { evaluationAdapter } from "./adapter.ts";
import type { TrialContext } from "./context.ts";
import { failure, refusalOf } from "./outcome.ts";
import { leftBehind, outputBytes, outputFolder, type Outputs, outputText } from "./outputs.ts";
import { startCommand } from "./run-command.ts";
import { bundleAction, type Execute, keepEnd, trialLimits } from "./run-module.ts";

export interface ScoreRequest {
  readonly files: ProgramFiles;
  readonly label: string;
  /** The seed that the program was given. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** The program's own number: from what it returned, printed, or left in a file. */
export async function selfScore(context: TrialContext, executed: Execute, diagnostics: Diagnostics): Promise<Outcome> {
  const reading = await readMetric(context.task.metric, {
    value: executed.result.value,
    printed: executed.printed,
    file: (name, maxBytes) => outputText(executed.outputs, name, maxBytes),
    match: matchLines,
  });
  return scored(reading, { selfReported: true, diagnostics });
}

/** The evaluator's number. An evaluator that refuses or fails makes the candidate invalid. */
export async function evaluatorScore(
  context: TrialContext,
  evaluator: Action,
  { outputs, diagnostics, request }: { outputs: Outputs; diagnostics: Diagnostics; request: ScoreRequest },
): Promise<Outcome> {
  const judged =
    evaluator.kind === "module"
      ? await evaluateModule(context, evaluator, outputs, { ...request, diagnostics })
      : await evaluateCommand(context, evaluator, outputs, request);
  if (request.signal.aborted)
    return failure("interrupted", "strop was interrupted while this trial was scored", diagnostics);
  if (judged.result.exitCode !== 0 || judged.result.killed !== undefined) {
    const reason = `the evaluator refused: ${refusalOf(judged.result)}${leftBehind(outputs)}`;
    return failure("invalid", reason, diagnostics);
  }
  const reading = await readMetric(context.task.metric, {
    value: judged.result.value,
    printed: judged.printed,
    file: () => Promise.resolve(NO_FILE),
    match: matchLines,
  });
  return scored(reading, { selfReported: false, diagnostics });
}

function scored(
  reading: MetricReading,
  { selfReported, diagnostics }: { selfReported: boolean; diagnostics: Diagnostics },
): Outcome {
  if (!reading.ok) return failure("crashed", reading.reason, diagnostics);
  return {
    status: "scored",
    score: reading.value,
    reason: reading.note,
    selfReported,
    metrics: reading.metrics,
    diagnostics,
  };
}

interface Judged {
  readonly result: JobResult;
  readonly printed: string;
}

async function evaluateModule(
  context: TrialContext,
  evaluator: ModuleAction,
  outputs: Outputs,
  request: ScoreRequest & { readonly diagnostics: Diagnostics },
): Promise<Judged> {
  // The evaluator is bundled from the environment alone: a candidate's file never takes part in scoring it.
  const bundled = await bundleAction(context, evaluator, {
    files: {},
    adapter: evaluationAdapter(evaluator.module),
    reader: "referee",
  });
  if ("problem" in bundled) return { result: neverRan(1, bundled.problem), printed: "" };
  const blobs: Record<string, Uint8Array> = { ...bundled.blobs };
  for (const [name, bytes] of Object.entries(await outputBytes(outputs))) blobs[`output:${name}`] = bytes;
  let printed = "";
  const execution = context.sandbox.module({
    source: bundled.source,
    input: evaluatorInput(request.seed, request.diagnostics),
    blobs,
    functions: {},
    limits: trialLimits(context.task, context.task.budget.evaluateSeconds),
    signal: request.signal,
    onOutput: (text) => (printed = keepEnd(printed + text)),
  });
  return { result: await execution.returned, printed };
}

/** The part of `Evaluation` (strop/task) that is not bytes. */
function evaluatorInput(seed: number, diagnostics: Diagnostics): JsonObject {
  const { trainSeconds, cpuSeconds, wallSeconds, peakMemoryBytes } = diagnostics;
  return { seed, measured: { trainSeconds, cpuSeconds, wallSeconds, peakMemoryBytes } };
}

async function evaluateCommand(
  context: TrialContext,
  evaluator: CommandAction,
  outputs: Outputs,
  request: ScoreRequest,
): Promise<Judged> {
  const scratch = join(context.tempFolder, `${request.label}-evaluate`);
  let printed = "";
  const { execution } = await startCommand(context, evaluator, {
    files: request.files,
    reader: "referee",
    scratch,
    wallSeconds: context.task.budget.evaluateSeconds,
    env: {},
    outputs: await outputFolder(outputs, join(scratch, "outputs")),
    signal: request.signal,
    onOutput: (text) => (printed = keepEnd(printed + text)),
  });
  return { result: await execution.result, printed };
}
