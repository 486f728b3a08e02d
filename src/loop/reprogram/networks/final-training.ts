/**
 * The accuracies that are reported: the best network and the untouched initial one, trained on all training images but those that
 * selected, measured on the third split, with several seeds each.
 */
import { sha256 } from "../../../core/candidate.ts";
import type { JsonObject } from "../../../core/json.ts";
import { mean } from "../../../core/numerics/stats.ts";
import type { Backend } from "../../../nn/index.ts";
import { type DatasetName, firstImages } from "../../../reprogram/data/images.ts";
import type { Splits } from "../../../reprogram/data/splits.ts";
import type { Design, NetworkDesign } from "../../../reprogram/design/design.ts";
import type { ImageSetting } from "../../../reprogram/design/network-plan.ts";
import { DEFAULT_LIMITS } from "../../../reprogram/design/limits.ts";
import type { Stage } from "../experiment.ts";
import type { NetworkSettings } from "../settings.ts";
import { requireDesign, type Sources } from "../sources.ts";
import { cpuSecondsSince } from "../writer/train-code-model.ts";
import { trainNetwork, type TrainNetworkOptions } from "./train-network.ts";

export type NetworkSource = Design & { readonly model: NetworkDesign };

export interface FinalOptions extends Sources {
  readonly settings: NetworkSettings;
  readonly splits: Splits;
  readonly setting: ImageSetting;
  readonly backend: Backend;
  /** The source that the run began with. */
  readonly initial: string;
}

/** One final training as the journal keeps it. */
export interface FinalTraining extends JsonObject {
  /** Share of the third split that is classified rightly; null when the training failed. */
  readonly accuracy: number | null;
  readonly reason: string;
  /** Mean of the last 50 steps, nats. */
  readonly loss: number | null;
  /** SHA-256 of the source, 16 digits. */
  readonly source: string;
  readonly cpuSeconds: number;
}

export type FinalSubject = "best" | "initial";

export const finalPart = (subject: FinalSubject, seed: number): string => `final/${subject}-${seed}`;

/** A backstop: what a network costs is limited by its design's limits before it starts. */
export const MOST_SECONDS = 6 * 3600;

export async function finalTrainings(best: string, stage: Stage, options: FinalOptions): Promise<void> {
  const { settings, initial } = options;
  const subjects: readonly [FinalSubject, string][] = [
    ["best", best],
    ["initial", initial],
  ];
  for (let seed = 0; seed < settings.finalSeeds; seed++)
    for (const [subject, source] of subjects)
      await stage.parts.once<FinalTraining>(finalPart(subject, seed), () =>
        trainFinally(source, { ...options, stage, seed, subject }),
      );
}

interface Final extends FinalOptions {
  readonly stage: Stage;
  readonly seed: number;
  readonly subject: FinalSubject;
}

async function trainFinally(source: string, final: Final): Promise<FinalTraining> {
  const { settings, splits, setting, backend, stage, seed, subject } = final;
  const begun = process.cpuUsage();
  // It may cost more than a candidate: there are more images.
  const sources = { ...final, limits: { ...final.limits, workPerSample: DEFAULT_LIMITS.workPerSample } };
  const design = (await requireDesign(source, sources, stage.signal)) as NetworkSource;
  const trained = await trainNetwork(design, firstImages(splits.all, settings.finalImages), {
    backend,
    classes: setting.classes,
    epochs: settings.finalEpochs,
    seed: settings.seed + 1 + seed,
    seconds: MOST_SECONDS,
    ...AGAINST_ROTE[settings.dataset],
    report: (share) => stage.report(`final training of the ${subject} network, seed ${seed}`, share),
    signal: stage.signal,
  });
  const common = { source: sha256(source).slice(0, 16) };
  if (!trained.ok)
    return { ...common, accuracy: null, loss: null, reason: trained.reason, cpuSeconds: cpuSecondsSince(begun) };
  const accuracy = await trained.accuracyOn(splits.report);
  const loss = mean(trained.losses.slice(-50));
  return { ...common, accuracy, loss, reason: "", cpuSeconds: cpuSecondsSince(begun) };
}

/**
 * What keeps a network that sees its images several times from learning them by heart. Photographs may be mirrored and moved.
 * Letters have one right way up, but some are told apart by chance, 0 and O, 1 and l: it shall not grow surer of labels than these are.
 */
const AGAINST_ROTE: Readonly<Record<DatasetName, Pick<TrainNetworkOptions, "augment" | "smoothing">>> = {
  mnist: {},
  emnist: { smoothing: 0.1 },
  cifar10: { augment: { mirror: true, shift: 2 } },
};
