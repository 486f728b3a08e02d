/**
 * Experiment 1 (§3.1, §4.1): the code model writes its own next source. A candidate is worth its mean loss over one epoch on the first
 * samples of the dataset (extended few-shot); the model that writes next is built from the winning source and trained anew.
 */
import { sha256 } from "../../core/candidate.ts";
import type { JsonObject } from "../../core/json.ts";
import { mean } from "../../core/numerics/stats.ts";
import type { Outcome } from "../../core/trial.ts";
import { NO_DIAGNOSTICS, failure } from "../../executor/outcome.ts";
import type { CodeModel } from "../../reprogram/code-model/code-model.ts";
import { loadCodeModel } from "../../reprogram/code-model/load.ts";
import type { Design } from "../../reprogram/design/design.ts";
import { drawRefinements } from "../../reprogram/refinements.ts";
import { batchesOf } from "./writer/batches.ts";
import { textSetting, unreadable } from "./writer/code-corpus.ts";
import type { Experiment, Measurement, Stage } from "./experiment.ts";
import { NOMINAL_SECONDS } from "./reprogram-task.ts";
import type { RewardWriter } from "./writer/reward-writer.ts";
import { designOf, requireDesign, type Sources } from "./sources.ts";
import type { SelfSettings } from "./settings.ts";
import {
  type CodeModelStage,
  cpuSecondsSince,
  forgetTraining,
  openCodeModel,
  trainCodeModel,
  validationLoss,
} from "./writer/train-code-model.ts";
import { costOf } from "./work.ts";
import { writtenBy } from "./writer/writing.ts";

export interface SelfExperimentOptions extends CodeModelStage, Sources {
  readonly settings: SelfSettings;
  readonly rewards?: RewardWriter | undefined;
}

/** One generation as the journal keeps it (Fig. 2). */
export interface Generation extends JsonObject {
  readonly generation: number;
  /** SHA-256 of the source, 16 digits. */
  readonly source: string;
  /** The generation whose model this is too, as the source did not change: nothing was trained. */
  readonly sameAs: number | null;
  /** By training step, nats per symbol. */
  readonly losses: number[];
  readonly validationLoss: number;
  readonly parameters: number;
  readonly multiplications: number;
  readonly cpuSeconds: number;
}

export const generationPart = (generation: number): string => `generation/${generation}`;

export function selfExperiment(options: SelfExperimentOptions): Experiment {
  const { settings } = options;
  return {
    measure: (source, run) => measureSelf(source, run, options),
    async write(source, place, stage) {
      const design = await requireDesign(source, options, stage.signal);
      const { samples } = settings.codeModel;
      const model = await readyModel(source, { design, generation: place.iteration - 1, samples, stage, options });
      try {
        return await writtenBy(model, { ...options, source, design, place, stage });
      } finally {
        await model.close();
      }
    },
    async conclude(source, stage) {
      const isAlone = settings.arm === "none";
      const design = await requireDesign(source, options, stage.signal);
      const samples = isAlone ? samplesInAll(settings) : settings.codeModel.samples;
      const generation = isAlone ? 0 : settings.iterations;
      await (await readyModel(source, { design, generation, samples, stage, options })).close();
    },
  };
}

/** The checkpoint of the last generation that was trained. */
const MODEL = "model";

const labelOf = (generation: number): string => `generation-${generation}`;

/** What a run with candidates learns from in all: the control without them spends it on one training. */
const samplesInAll = ({ codeModel, iterations, candidates, fewShot }: SelfSettings): number =>
  codeModel.samples * (iterations + 1) + iterations * candidates * fewShot;

interface GenerationOptions {
  readonly design: Design;
  readonly generation: number;
  readonly samples: number;
  readonly stage: Stage;
  readonly options: SelfExperimentOptions;
}

/** The model of a generation. A source that stayed would be trained from the same values on the same pairs: it keeps its model. */
async function readyModel(source: string, of: GenerationOptions): Promise<CodeModel> {
  const { generation, stage, options } = of;
  const { backend, checkpoints } = options;
  // In a later round of an iteration it is there.
  if (stage.earlier(generationPart(generation)) !== undefined)
    return loadCodeModel(await checkpoints.load(MODEL), { backend });
  await forgetTraining(checkpoints, labelOf(generation - 1));
  const hash = sha256(source).slice(0, 16);
  const before = stage.earlier(generationPart(generation - 1)) as Generation | undefined;
  if (before?.source !== hash) return trainGeneration(hash, of);
  await stage.parts.once<Generation>(generationPart(generation), async () => ({
    ...before,
    generation,
    sameAs: before.sameAs ?? before.generation,
    multiplications: 0,
    cpuSeconds: 0,
  }));
  return loadCodeModel(await checkpoints.load(MODEL), { backend });
}

async function trainGeneration(
  source: string,
  { design, generation, samples, stage, options }: GenerationOptions,
): Promise<CodeModel> {
  const { corpus, settings, checkpoints } = options;
  // Those of the corpus, and more of them for a control that trains longer.
  const pairs = drawRefinements(corpus.family, { seed: settings.seed, count: samples });
  const trained = await trainCodeModel(design, { ...options, stage, label: labelOf(generation), pairs });
  const { model, losses, seconds } = trained;
  await stage.parts.once<Generation>(generationPart(generation), async () => ({
    generation,
    source,
    sameAs: null,
    losses: [...losses],
    validationLoss: await validationLoss(model, corpus),
    ...costOf(design, textSetting(corpus, settings), samples),
    parameters: model.parameters,
    cpuSeconds: seconds,
  }));
  await checkpoints.save(MODEL, await model.save());
  return model;
}

async function measureSelf(source: string, run: Measurement, options: SelfExperimentOptions): Promise<Outcome> {
  const begun = { cpu: process.cpuUsage(), wall: performance.now() };
  const checked = await designOf(source, options, run.signal);
  if (!checked.ok) return failure("invalid", checked.reason);
  const { corpus, settings } = options;
  const problem = unreadable(source, corpus);
  if (problem !== undefined) return failure("invalid", problem);
  const { design } = checked;
  const trained = await trainFewShot(design, run, options);
  const [wallSeconds, cpuSeconds] = [(performance.now() - begun.wall) / 1000, cpuSecondsSince(begun.cpu)];
  const diagnostics = { ...NO_DIAGNOSTICS, wallSeconds, trainSeconds: wallSeconds, cpuSeconds };
  const metrics = { ...costOf(design, textSetting(corpus, settings), settings.fewShot) };
  return "reason" in trained
    ? { ...failure(trained.status, trained.reason, diagnostics), metrics }
    : { status: "scored", score: mean(trained.losses), reason: "", selfReported: false, metrics, diagnostics };
}

type FewShot =
  | { readonly losses: readonly number[] }
  | { readonly status: "crashed" | "stopped-early"; readonly reason: string };

/** One epoch on the first samples of the dataset. */
async function trainFewShot(design: Design, run: Measurement, options: SelfExperimentOptions): Promise<FewShot> {
  const batches = batchesOf(options.corpus.pairs.slice(0, options.settings.fewShot), design);
  const model = await openCodeModel(design, options, { totalSteps: batches.length });
  const losses: number[] = [];
  try {
    for (const batch of batches) {
      run.signal.throwIfAborted();
      const loss = await model.trainStep(batch);
      losses.push(loss);
      const share = losses.length / batches.length;
      run.report("few-shot training", share);
      if (!Number.isFinite(loss))
        return { status: "crashed", reason: `the loss became ${loss} at step ${losses.length}` };
      const hopeless = run.observe({ seconds: share * NOMINAL_SECONDS, loss });
      if (hopeless !== undefined) return { status: "stopped-early", reason: hopeless };
    }
    return { losses };
  } finally {
    await model.close();
  }
}
