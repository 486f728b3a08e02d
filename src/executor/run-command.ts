/** One execution of a program that is a command: staged into a folder of its own, run in the sandbox, heard by its output. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { CommandAction } from "../core/task.ts";
import { whileUsing } from "../core/while-using.ts";
import { createCurveReader } from "../judge/curve-reader.ts";
import { scrubber } from "../models/recording/scrub.ts";
import { BOX } from "../sandbox/bubblewrap/bubblewrap-arguments.ts";
import { gpuDevices } from "../sandbox/gpu.ts";
import type { CommandJob, Execution } from "../sandbox/types.ts";
import { stageProgram } from "../workspace/stage.ts";
import type { ProgramFiles } from "../core/edit.ts";
import type { Reader, TrialContext } from "./context.ts";
import { sealOutputs } from "./outputs.ts";
import { type Execute, keepEnd, trialLimits } from "./run-module.ts";
import { supervise } from "./supervisor.ts";
import { wallLimitSeconds } from "./training-clock.ts";
import type { TrialRequest } from "./types.ts";

export async function runCommand(
  context: TrialContext,
  action: CommandAction,
  request: TrialRequest,
): Promise<Execute> {
  const { budget } = context.task;
  return whileUsing(supervise(budget, request), async (supervisor) => {
    const curve = createCurveReader();
    let printed = "";
    const started = await startCommand(context, action, {
      files: request.files,
      reader: "program",
      scratch: join(context.tempFolder, request.label),
      wallSeconds: wallLimitSeconds(budget),
      env: { STROP_SEED: String(request.seed), STROP_TRAIN_SECONDS: String(budget.trainSeconds) },
      signal: supervisor.signal,
      onOutput: (text) => {
        printed = keepEnd(printed + text);
        supervisor.heard();
        for (const point of curve.push(text)) supervisor.step(point.loss);
      },
    });
    supervisor.attach(started.execution);
    const result = await started.execution.result;
    const trainSeconds = supervisor.clock.elapsedSeconds();
    const sealed = join(context.tempFolder, request.label, "sealed");
    return {
      result,
      gone: started.execution.result,
      printed,
      outputs: await sealOutputs(started.outFolder, sealed, budget.diskBytes),
      trainSeconds,
      ending: supervisor.ending(),
    };
  });
}

/** Into a pipe Python prints only what fills a buffer: its steps would all come at the end, and too late for a pruner. */
const HEARD_AT_ONCE = { PYTHONUNBUFFERED: "1" };

export interface CommandStart {
  readonly files: ProgramFiles;
  readonly reader: Reader;
  /** A folder of this command alone; made if missing. */
  readonly scratch: string;
  readonly wallSeconds: number;
  readonly env: Readonly<Record<string, string>>;
  /** Host folder shown read-only as `out`, instead of a fresh writable one. */
  readonly outputs?: string;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** Stages the program beside the read-only environment and starts the command there. */
export async function startCommand(
  context: TrialContext,
  action: CommandAction,
  start: CommandStart,
): Promise<{ execution: Execution; outFolder: string }> {
  const workFolder = join(start.scratch, "work");
  const { tier } = context.sandbox;
  await mkdir(workFolder, { recursive: true });
  const staged = await stageProgram(workFolder, {
    folder: context.folder,
    task: context.task,
    files: start.files,
    copyEnvironment: tier === "none",
    showHidden: start.reader === "referee",
    listing: context.environment.pins.listing,
  });
  const outFolder = join(workFolder, "out");
  // Where something is in the way, an unconfined evaluator would find that instead of what it is given.
  if (start.outputs === undefined) await mkdir(outFolder, { recursive: true });
  const mounts = action.mounts.map((host) => ({ host, inside: host }));
  const given = start.outputs === undefined ? [] : [{ host: start.outputs, inside: "out" }];
  const job: CommandJob = {
    argv: action.argv,
    workFolder,
    knownAs: context.folder,
    readOnly: [...staged.readOnly, ...mounts, ...given],
    devices: action.gpu === true ? gpuDevices() : [],
    env: { ...HEARD_AT_ONCE, ...action.env, ...start.env, STROP_OUTPUT: tier === "none" ? outFolder : `${BOX}/out` },
    limits: trialLimits(context.task, start.wallSeconds),
    signal: start.signal,
    onOutput: start.onOutput,
  };
  return { execution: withoutSecrets(context.sandbox.command(job), action.env), outFolder };
}

/** What a program printed goes into the journal, the report and prompts; the keys that the config gave it do not. */
function withoutSecrets(execution: Execution, env: CommandAction["env"]): Execution {
  const scrub = scrubber(env);
  const result = execution.result.then((own) => ({ ...own, outputTail: scrub(own.outputTail) }));
  return { ...execution, result };
}
