/**
 * The training stage: a code model, built from its source's design, learns from the corpus in segments. A segment's checkpoint is on
 * the disk before its part is in the journal, so that a killed run repeats less than one of them.
 */
import type { JsonObject } from "../../../core/json.ts";
import { mean } from "../../../core/numerics/stats.ts";
import type { Backend } from "../../../nn/index.ts";
import { type CodeModel, createCodeModel } from "../../../reprogram/code-model/code-model.ts";
import type { Design } from "../../../reprogram/design/design.ts";
import type { RefinementPair } from "../../../reprogram/families/family.ts";
import { batchesOf } from "./batches.ts";
import type { Checkpoints } from "../checkpoints.ts";
import type { CodeCorpus } from "./code-corpus.ts";
import type { Stage } from "../experiment.ts";
import type { ReprogramSettings } from "../settings.ts";

export interface CodeModelStage {
  readonly corpus: CodeCorpus;
  readonly settings: ReprogramSettings;
  readonly backend: Backend;
  readonly checkpoints: Checkpoints;
}

export interface TrainingStageOptions extends CodeModelStage {
  readonly stage: Stage;
  /** Names the model within its run: `generation-3`. */
  readonly label: string;
  readonly pairs: readonly RefinementPair[];
}

export interface TrainedCodeModel {
  /** The caller closes it. */
  readonly model: CodeModel;
  /** By step, nats per symbol. */
  readonly losses: readonly number[];
  readonly seconds: number;
}

interface Segment extends JsonObject {
  readonly losses: number[];
  /** CPU seconds. */
  readonly seconds: number;
}

const SEGMENTS = 8;

/** Rejects with the signal's reason when aborted; what was trained until then is lost back to the last segment. */
export async function trainCodeModel(design: Design, options: TrainingStageOptions): Promise<TrainedCodeModel> {
  const { stage, label, checkpoints } = options;
  const batches = batchesOf(options.pairs, design);
  const perSegment = Math.ceil(batches.length / SEGMENTS);
  const segments: Segment[] = [];
  const nameOf = (segment: number): string => `${label}-${segment}`;
  let model: CodeModel | undefined;
  const open = async (): Promise<CodeModel> =>
    (model ??= await openCodeModel(design, options, {
      totalSteps: batches.length,
      checkpoint: segments.length === 0 ? undefined : await checkpoints.load(nameOf(segments.length - 1)),
    }));
  try {
    for (let start = 0; start < batches.length; start += perSegment) {
      const now = segments.length;
      const part = await stage.parts.once<Segment>(`train/${nameOf(now)}`, async () => {
        const begun = process.cpuUsage();
        const trained = await open();
        const losses = await runSteps(trained, batches.slice(start, start + perSegment), (done) =>
          stage.report(`training ${label}`, (start + done) / batches.length),
        );
        await checkpoints.save(nameOf(now), await trained.checkpoint());
        return { losses, seconds: cpuSecondsSince(begun) };
      });
      await checkpoints.remove(nameOf(now - 1));
      segments.push(part);
    }
    return {
      model: await open(),
      losses: segments.flatMap(({ losses }) => losses),
      seconds: segments.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  } catch (thrown) {
    await model?.close();
    throw thrown;
  }

  async function runSteps(
    trained: CodeModel,
    some: readonly (readonly RefinementPair[])[],
    report: (done: number) => void,
  ): Promise<number[]> {
    const losses: number[] = [];
    for (const batch of some) {
      stage.signal.throwIfAborted();
      losses.push(finite(await trained.trainStep(batch)));
      report(losses.length);
    }
    return losses;
  }
}

/** Removes what `trainCodeModel` left on the disk, when no resumed run can need it any more. */
export async function forgetTraining(checkpoints: Checkpoints, label: string): Promise<void> {
  for (let segment = 0; segment < SEGMENTS; segment++) await checkpoints.remove(`${label}-${segment}`);
}

export const cpuSecondsSince = (begun: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
};

/** All models of a run begin with the same seed: sources are compared, not luck. */
export const openCodeModel = (
  design: Design,
  { corpus, settings, backend }: CodeModelStage,
  { totalSteps, checkpoint }: { readonly totalSteps: number; readonly checkpoint?: Uint8Array | undefined },
): Promise<CodeModel> =>
  createCodeModel(design, corpus.tokenizer, {
    backend,
    scale: settings.codeModel.scale,
    seed: settings.seed,
    length: corpus.length,
    totalSteps,
    ...(checkpoint && { checkpoint }),
  });

/** Nats per symbol on pairs that nobody learned from. */
export async function validationLoss(model: CodeModel, { validation }: CodeCorpus): Promise<number> {
  const losses: number[] = [];
  for (const batch of batchesOf(validation, model.design)) losses.push(await model.loss(batch));
  return finite(mean(losses));
}

/** What a model that has diverged is given: far above a guess, and a number, as the journal wants. */
const DIVERGED = 100;

const finite = (loss: number): number => (Number.isFinite(loss) ? loss : DIVERGED);
