/** One execution of a program that is a module: bundled on the host, run without permissions, heard by two functions. */
import type { JsonObject, Json } from "../core/json.ts";
import type { ModuleAction, Task } from "../core/task.ts";
import { whileUsing } from "../core/while-using.ts";
import { bundleCandidate, readAssets, type BundleProblem } from "../sandbox/deno/bundle.ts";
import type { HostFunction, JobResult, Limits } from "../sandbox/types.ts";
import type { ProgramFiles } from "../core/edit.ts";
import { trialAdapter } from "./adapter.ts";
import type { Reader, TrialContext } from "./context.ts";
import { wallLimitSeconds } from "./training-clock.ts";
import type { Outputs } from "./outputs.ts";
import { type Ending, supervise, type Supervisor } from "./supervisor.ts";
import type { TrialRequest } from "./types.ts";

/** What an execution left: the sandbox's account, what was printed and saved, and why it was ended, if it was. */
export interface Execute {
  readonly result: JobResult;
  /** Settled when no process of the program is left. */
  readonly gone: Promise<unknown>;
  readonly printed: string;
  readonly outputs: Outputs;
  readonly trainSeconds: number;
  readonly ending: Ending | undefined;
}

const MAX_SAVED_FILES = 64;
const SAVED_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** A module that does not bundle is a broken program; the caller turns that into an invalid outcome. */
export async function runModule(
  context: TrialContext,
  action: ModuleAction,
  request: TrialRequest,
): Promise<Execute | BundleProblem> {
  const bundled = await bundleAction(context, action, {
    files: request.files,
    adapter: trialAdapter(action.module),
    reader: "program",
  });
  if ("problem" in bundled) return bundled;
  return whileUsing(supervise(context.task.budget, request), async (supervisor) => {
    const saved = new Map<string, Uint8Array>();
    let printed = "";
    const execution = context.sandbox.module({
      source: bundled.source,
      input: { seed: request.seed, trainSeconds: context.task.budget.trainSeconds },
      blobs: bundled.blobs,
      functions: { report: reportTo(supervisor), save: saveTo(saved, context.task, supervisor) },
      limits: trialLimits(context.task, wallLimitSeconds(context.task.budget)),
      signal: supervisor.signal,
      onOutput: (text) => {
        printed = keepEnd(printed + text);
        supervisor.heard();
      },
    });
    supervisor.attach(execution);
    const result = await execution.returned;
    return {
      result,
      gone: execution.result,
      printed,
      outputs: { kind: "bytes", files: saved },
      trainSeconds: supervisor.clock.elapsedSeconds(),
      ending: supervisor.ending(),
    };
  });
}

/** Bundles a module with the files it may import, and gathers its data and engine files as blobs. */
export async function bundleAction(
  context: TrialContext,
  action: ModuleAction,
  { files, adapter, reader }: { readonly files: ProgramFiles; readonly adapter: string; readonly reader: Reader },
): Promise<{ source: string; blobs: Record<string, Uint8Array> } | BundleProblem> {
  const modules = { ...(await context.environment.modules(reader)), ...files };
  const blobs: Record<string, Uint8Array> = {};
  for (const path of action.data) {
    const own = files[path];
    blobs[`data:${path}`] = own === undefined ? await context.environment.bytes(path) : new TextEncoder().encode(own);
  }
  const bundle = await bundleCandidate({ entry: action.module, around: adapter, files: modules });
  if ("problem" in bundle) return bundle;
  for (const [name, bytes] of Object.entries(await readAssets(bundle.assets))) blobs[`asset:${name}`] = bytes;
  return { source: bundle.source, blobs };
}

const reportTo =
  (supervisor: Supervisor): HostFunction =>
  (argument) => {
    const loss = (argument as JsonObject | null)?.["loss"];
    if (typeof loss !== "number" && loss !== null) {
      throw new TypeError(
        `report: expected { step: number, loss: number }, found ${JSON.stringify(argument).slice(0, 100)}`,
      );
    }
    // JSON has no NaN: a loss that is not finite arrives as null.
    supervisor.step(loss ?? Number.NaN);
    return { remainingSeconds: supervisor.clock.remainingSeconds() };
  };

function saveTo(saved: Map<string, Uint8Array>, task: Task, supervisor: Supervisor): HostFunction {
  let total = 0;
  return (argument: Json, bytes) => {
    const name = (argument as JsonObject | null)?.["name"];
    if (typeof name !== "string" || !SAVED_NAME.test(name))
      throw new TypeError("save: expected a name of letters, digits, '.', '_' and '-'");
    if (bytes === undefined) throw new TypeError("save: expected bytes");
    total += bytes.byteLength - (saved.get(name)?.byteLength ?? 0);
    if (total > task.budget.diskBytes || (!saved.has(name) && saved.size >= MAX_SAVED_FILES)) {
      supervisor.end({
        status: "crashed",
        reason: `saved more than ${task.budget.diskBytes} bytes or ${MAX_SAVED_FILES} files`,
      });
      throw new RangeError("save: over the limit");
    }
    saved.set(name, bytes);
    return null;
  };
}

export const trialLimits = (task: Task, wallSeconds: number): Limits => ({
  wallSeconds,
  memoryBytes: task.budget.memoryBytes,
  processes: task.budget.processes,
  outputBytes: task.budget.outputBytes,
  diskBytes: task.budget.diskBytes,
});

const KEPT_CHARACTERS = 1_000_000;

/** Enough of the end to find the metric in; a flood costs no more memory than this. */
export const keepEnd = (text: string): string =>
  text.length > 2 * KEPT_CHARACTERS ? text.slice(-KEPT_CHARACTERS) : text;
