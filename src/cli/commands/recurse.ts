/** `strop recurse`: an improver improves itself (STOP). */
import { resolve } from "node:path";

import { StropError } from "../../core/errors.ts";
import type { TrialRecord } from "../../core/trial.ts";
import { downstreamTaskNames } from "../../downstream/registry.ts";
import type { Start } from "../../downstream/starts/starts.ts";
import { improverSource } from "../../improve/shipped.ts";
import { type RecursionResult, runRecursion } from "../../loop/recurse/run-recursion.ts";
import { DEFAULT_RECURSION, type RecursionSettings } from "../../loop/recurse/settings.ts";
import { resolveModel } from "../../models/catalog/resolve-model.ts";
import { scrubber } from "../../models/recording/scrub.ts";
import type { LanguageModel } from "../../models/types.ts";
import { BUILTIN, builtinModel } from "../../propose/builtin/builtin-model.ts";
import type { Tier } from "../../sandbox/types.ts";
import { definedOnly } from "../defined-only.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { requireFitting } from "../misplaced.ts";
import { recursionProgress } from "../screen/recursion-progress.ts";
import { recursionClosing } from "../screen/recursion-closing.ts";

export interface RecurseOptions {
  readonly folder: string;
  readonly task?: readonly string[];
  readonly hard?: boolean;
  readonly bits?: number;
  readonly noise?: number;
  readonly start?: Start;
  /** Default `seed`. */
  readonly improver?: string;
  readonly rounds?: number;
  readonly copies?: number;
  readonly seed?: number;
  readonly model?: readonly string[];
  readonly maxCost?: number;
  readonly utilityBudget?: number;
  readonly modelBudget?: number;
  readonly responses?: number;
  readonly metaBudget?: number;
  readonly keep?: "always" | "better";
  readonly lambda?: number;
  readonly population?: number;
  readonly frozen?: boolean;
  /** False for `--no-test`. */
  readonly test?: boolean;
  readonly parallel?: number;
  readonly fresh?: boolean;
  readonly tier?: Tier | "auto";
  readonly json?: boolean;
}

export const DEFAULT_IMPROVER = "seed";

/** US dollars, where a model costs money and nobody said how much it may. */
export const DEFAULT_LIMIT = 5;

/** The forms in which improvers run, and those of them in which they also improve themselves; one that reads runs makes none. */
const RECURSING = ["recurse", "recurse fig4", "recurse table1", "recurse hacks"];
const RUNNING = [...RECURSING, "recurse audit", "recurse table1 --from"];

/** What looks at which option: tables, the recursion itself, strop on strop; the others are for all. */
export const RECURSE_FORMS = {
  ...Object.fromEntries(
    ["task", "hard", "bits", "noise", "start", "copies", "utilityBudget", "modelBudget", "responses", "metaBudget"]
      .concat("parallel")
      .map((option) => [option, RUNNING]),
  ),
  ...Object.fromEntries(["rounds", "keep", "lambda", "population"].map((option) => [option, RECURSING])),
  improver: RECURSING,
  self: ["recurse --self"],
  trials: ["recurse --self"],
  frozen: ["recurse"],
  runs: ["recurse fig4", "recurse table1", "recurse hacks", "recurse table1 --from"],
  samples: ["recurse audit"],
  from: ["recurse table1 --from", "recurse hacks --from"],
  to: ["recurse table1", "recurse table1 --from"],
  pick: ["recurse table1", "recurse table1 --from"],
};

export async function recurseCommand(options: RecurseOptions): Promise<number> {
  requireFitting(options, "recurse", RECURSE_FORMS);
  const settings = recursionSettings(options);
  const models = recursionModels(settings);
  const interrupt = listenForInterrupt();
  const progress = recursionProgress({ out: process.stderr, settings, now: () => performance.now() });
  try {
    const result = await runRecursion(resolve(options.folder), {
      settings,
      models,
      seedImprover: improverSource(options.improver ?? DEFAULT_IMPROVER),
      fresh: options.fresh === true,
      tier: options.tier ?? "auto",
      maxCost: options.maxCost ?? (models.every(isFree) ? undefined : DEFAULT_LIMIT),
      parallel: options.parallel ?? 2,
      scrub: scrubber(process.env),
      observer: progress,
      signal: interrupt.signal,
    });
    progress.stop();
    process.stdout.write(options.json === true ? `${jsonOf(result)}\n` : recursionClosing(result, options.folder));
    return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

export const isFree = ({ price }: LanguageModel): boolean =>
  price !== undefined && price.input === 0 && price.output === 0;

/** For the built-in model alone, which tunes but does not invent: a task and a start that reward that (docs/recurse.md). */
const OFFLINE = { task: "qap", start: "search" } as const;

/** What the options say, over the paper's settings, or over those for no model at hand. Throws StropError `config.invalid` for what cannot be combined. */
export function recursionSettings(options: Omit<RecurseOptions, "folder" | "improver">): RecursionSettings {
  const { hard, bits, noise, utilityBudget, modelBudget, responses, metaBudget, model = [BUILTIN] } = options;
  const offline = model.every((name) => name === BUILTIN) ? OFFLINE : undefined;
  const taskOptions = definedOnly({ hard, bits, noise, start: options.start ?? offline?.start });
  const tasks = (options.task ?? [offline?.task ?? "parity-noise"]).flatMap((name): readonly string[] =>
    name === "all" ? downstreamTaskNames : [name],
  );
  if (options.lambda !== undefined && !(options.lambda > 0 && options.lambda <= 1))
    throw new StropError(
      "config.invalid",
      `--lambda: expected a probability above 0 and up to 1, found ${options.lambda}`,
    );
  const budget = {
    ...DEFAULT_RECURSION.downstream,
    ...definedOnly({ utilityCalls: utilityBudget, modelCalls: modelBudget, responsesPerCall: responses }),
  };
  return {
    ...DEFAULT_RECURSION,
    ...definedOnly({
      copies: options.copies,
      rounds: options.rounds,
      seed: options.seed,
      keep: options.keep,
      lambda: options.lambda,
      population: options.population,
      frozen: options.frozen,
      test: options.test,
    }),
    tasks: tasks.map((name) => ({ name, options: taskOptions })),
    downstream: budget,
    meta: { ...budget, ...definedOnly({ utilityCalls: metaBudget }) },
    models: [...model],
  };
}

/** Throws a StropError (`models.…`) for a model that cannot be asked. */
export const recursionModels = ({ models, seed }: Pick<RecursionSettings, "models" | "seed">): LanguageModel[] =>
  models.map((model) => (model === BUILTIN ? builtinModel(seed) : resolveModel({ model }, process.env)));

const jsonOf = ({ state, files, calibration }: RecursionResult): string =>
  JSON.stringify({
    run: state.run,
    models: state.task.settings?.["models"],
    baseline: state.baselineScore,
    champion: state.champion?.score ?? null,
    championTrial: state.champion?.trial ?? null,
    rounds: state.recent.map(roundOf),
    ended: state.ended,
    tier: state.tier,
    timeFactor: calibration?.factor ?? null,
    report: files.report,
    program: files.champion,
  });

const roundOf = ({ trial, outcome, detail }: TrialRecord) => ({
  round: trial,
  metaUtility: outcome?.score ?? null,
  ...outcome?.metrics,
  detail,
});
