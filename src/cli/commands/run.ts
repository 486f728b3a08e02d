/** `strop run`: improve the program of a task until a stop condition, Ctrl-C or the end of the session's time. */
import { join, resolve } from "node:path";

import { StropError } from "../../core/errors.ts";
import type { RunState } from "../../journal/state.ts";
import { NOTHING_LEFT } from "../../loop/research/research.ts";
import { runTask } from "../../loop/research/run-task.ts";
import { executedTrials } from "../../loop/stop.ts";
import type { Tier } from "../../sandbox/types.ts";
import { type LoadedTask, loadTask, type TaskOverrides } from "../../workspace/load-task.ts";
import { detectModels } from "../../models/catalog/detect-models.ts";
import { endpointOf } from "../../models/providers.ts";
import { resolveModel } from "../../models/catalog/resolve-model.ts";
import type { Proposer } from "../../propose/types.ts";
import { proposerNames } from "../../propose/registry.ts";
import { trainerSettings } from "../../propose/trainer/settings.ts";
import { formatDollars } from "../../core/figures.ts";
import { commandName } from "../command-name.ts";
import { definedOnly } from "../defined-only.ts";
import { printClosing } from "../screen/closing.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { dashed } from "../misplaced.ts";
import { createProgress } from "../screen/progress.ts";
import { quoted } from "../same-command.ts";

export interface RunOptions {
  readonly fresh?: boolean;
  /** Milliseconds. */
  readonly for?: number;
  readonly trials?: number;
  readonly target?: number;
  readonly hours?: number;
  readonly budget?: number;
  readonly parallel?: number;
  readonly seed?: number;
  readonly proposer?: string;
  /** File of the proposer `reprogrammer`. */
  readonly codeModel?: string;
  /** Whether that proposer learns from the run. */
  readonly learn?: boolean;
  /** Model of the proposer `language-policy`. */
  readonly policyModel?: string;
  /** Its settings, `key=value`. */
  readonly policyOption?: readonly string[];
  /** False for `--no-model`. */
  readonly model?: readonly string[] | false;
  readonly agent?: string;
  /** US dollars. */
  readonly maxCost?: number;
  readonly population?: number;
  readonly record?: string;
  readonly replay?: string;
  readonly tier?: Tier | "auto";
  readonly unsafeNoSandbox?: boolean;
  readonly json?: boolean;
}

export async function runCommand(folder: string, options: RunOptions): Promise<number> {
  const named = await loadTask(folder, overridesOf(options));
  requireItsProposer(options, named.task.proposer);
  const loaded = await withFoundModel(named, folder, options);
  const interrupt = listenForInterrupt();
  const sessionMs = options.for ?? Number.POSITIVE_INFINITY;
  const watch = `${commandName()} report${folder === "." ? "" : ` ${quoted(folder)}`} --live`;
  const progress = createProgress({ out: process.stderr, watch, sessionMs, now: () => performance.now() });
  try {
    const result = await runTask(loaded, {
      fresh: options.fresh === true,
      tier: options.unsafeNoSandbox === true ? "none" : (options.tier ?? "auto"),
      sessionMs,
      record: options.record,
      replay: options.replay,
      // A limit that nobody named takes the model away, not the night.
      goesOnWithoutMoney: named.task.stop.cost === undefined,
      proposer: await codeModelOf(loaded, options),
      languagePolicy: trainerSettings(options.policyModel, options.policyOption),
      observer: progress,
      signal: interrupt.signal,
    });
    progress.stop();
    printClosing({ ...result, taskFolder: loaded.folder, json: options.json === true });
    if (interrupt.signal.aborted) return EXIT.interrupted;
    return triedNothing(result.state) ? EXIT.unfinished : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

/** Only the baseline ran: every edit was invalid, or there was none, as of a model that does not answer. */
const triedNothing = (state: RunState): boolean =>
  executedTrials(state) <= 1 && (state.counts.invalid > 0 || state.ended?.startsWith(NOTHING_LEFT) === true);

/** Options that one proposer alone looks at. */
const OF_ONE = {
  codeModel: "reprogrammer",
  learn: "reprogrammer",
  policyModel: "language-policy",
  policyOption: "language-policy",
} as const;

function requireItsProposer(options: RunOptions, proposer: string): void {
  for (const [name, its] of Object.entries(OF_ONE)) {
    if (options[name as keyof typeof OF_ONE] === undefined || proposer === its) continue;
    throw new StropError("config.invalid", `--${dashed(name)}: expected --proposer ${its}, found ${proposer}`, {
      hint: "leave it out: it would change nothing",
    });
  }
}

/** The one proposer that is a file: what `strop reprogram` has trained. Undefined for a task that names another. */
async function codeModelOf(
  { task, folder }: LoadedTask,
  { codeModel, learn }: RunOptions,
): Promise<Proposer | undefined> {
  if (task.proposer !== "reprogrammer") return undefined;
  // Neural networks are slow to load, and rarely wanted here.
  const { chooseBackend, openBackend } = await import("../../loop/reprogram/open-backend.ts");
  const { readCodeModel, reprogrammer } = await import("../../loop/reprogram/reprogrammer.ts");
  const { choice } = await chooseBackend("auto", 1);
  const file = resolve(codeModel ?? join(folder, ".strop/code-model.safetensors"));
  // Before the baseline is run, which may take minutes.
  await readCodeModel(file);
  return reprogrammer({ file, backend: await openBackend(choice), learn: learn === true });
}

/** US dollars that a model may cost which nobody asked for by name. */
const FOUND_MODEL_LIMIT = 5;

/**
 * A run without a word on models takes the one that the environment has a key for, says so, and keeps to a limit. A
 * recording names its models itself.
 */
async function withFoundModel(loaded: LoadedTask, folder: string, options: RunOptions): Promise<LoadedTask> {
  const { task } = loaded;
  if (task.models !== undefined || options.replay !== undefined || !usesModels(task.proposer)) return loaded;
  const { models, problems } = await detectModels(process.env);
  const [found] = models;
  if (found === undefined) return { ...loaded, notes: [...loaded.notes, ...problems] };
  const isPriced = resolveModel({ model: found.model }, process.env).price !== undefined;
  const stop = task.stop.cost === undefined && isPriced ? { cost: FOUND_MODEL_LIMIT } : {};
  const overrides = overridesOf(options);
  const again = await loadTask(folder, { ...overrides, models: [found.model], stop: { ...overrides.stop, ...stop } });
  const limit = formatDollars(again.task.stop.cost ?? FOUND_MODEL_LIMIT);
  const { isLocal } = endpointOf(found.model, process.env);
  const most = isPriced ? `it may cost ${limit} (--max-cost)` : "what it costs is not known";
  const price = isLocal ? "it is local and costs nothing" : most;
  const note = `${found.model} proposes too, because ${found.because}; ${price}, and --no-model leaves it out`;
  return { ...again, notes: [note, ...again.notes, ...problems] };
}

const usesModels = (proposer: string): boolean =>
  proposer === "portfolio" || proposerNames.some(({ name, needs }) => name === proposer && needs === "model");

function overridesOf(options: RunOptions): TaskOverrides {
  const { trials, target, hours, budget, parallel, seed, proposer, agent, model, maxCost: cost } = options;
  const stop = definedOnly({ trials, target, hours, cost });
  const models = model === false ? [] : model === undefined ? undefined : [...model];
  return {
    ...definedOnly({ parallel, seed, proposer, agent, models, islands: options.population }),
    ...(Object.keys(stop).length > 0 ? { stop } : {}),
    ...(budget === undefined ? {} : { budget: { trainSeconds: budget } }),
  };
}
