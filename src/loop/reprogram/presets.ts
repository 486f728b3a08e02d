/** Settings by name: the paper's where the machine allows, smaller ones that end in minutes. */
import { sha256 } from "../../core/candidate.ts";
import { StropError } from "../../core/errors.ts";
import type { Scale } from "../../reprogram/code-model/code-model.ts";
import type { DatasetName, ImageDataset } from "../../reprogram/data/images.ts";
import { type Learn, rewardSettings } from "./writer/reward-settings.ts";
import type { NetworkSettings, ReprogramSettings, SelfSettings } from "./settings.ts";

type Preset<T> = Omit<
  T,
  "arm" | "seed" | "backend" | "pruner" | "experiment" | "scale" | "family" | "dataset" | "data"
>;

/**
 * Nearly as the model has learned. A text has many places where it could be changed, each unlikely by itself: what favours the likely
 * symbol at each place copies the source.
 */
export const WRITING = { temperature: 1, topP: 0.98 } as const;

/** A scale is the width of its code model. `work` is four to eight times what the initial source needs: a run cannot grow without end. */
const SELF: Readonly<Record<Scale, Preset<SelfSettings>>> = {
  tiny: {
    codeModel: { scale: "tiny", samples: 2048, ...WRITING },
    candidates: 4,
    iterations: 3,
    fewShot: 256,
    work: 2e11,
  },
  small: {
    codeModel: { scale: "small", samples: 2048, ...WRITING },
    candidates: 8,
    iterations: 4,
    fewShot: 384,
    work: 4e11,
  },
  // The paper's figures (§4.1).
  base: {
    codeModel: { scale: "base", samples: 16_384, ...WRITING },
    candidates: 8,
    iterations: 10,
    fewShot: 1024,
    work: 4e12,
  },
};

/**
 * Two epochs on a subset, five iterations (§3.2, §4.2); final training of one epoch, of four where the paper has four. `work` leaves
 * 45, 60 and 25 million multiplications a sample, so that a final training takes minutes: two stages of 32 and 64 channels with a
 * residual block in each need 24 on letters.
 */
const NETWORK: Readonly<Record<DatasetName, Preset<NetworkSettings>>> = {
  mnist: networkPreset({ subset: 3000, selection: 1000, report: 10_000, finalEpochs: 1, work: 2.7e11 }),
  cifar10: networkPreset({ subset: 4000, selection: 1000, report: 10_000, finalEpochs: 4, work: 4.8e11 }),
  emnist: networkPreset({ subset: 4000, selection: 2000, report: 20_000, finalEpochs: 4, work: 2e11 }),
};

function networkPreset(
  sizes: Pick<NetworkSettings, "subset" | "selection" | "report" | "finalEpochs" | "work">,
): Preset<NetworkSettings> {
  const codeModel = { scale: "tiny", samples: 6144, ...WRITING } as const;
  return { ...sizes, codeModel, candidates: 8, iterations: 5, epochs: 2, finalImages: 80_000, finalSeeds: 3 };
}

/** What the two have in common, and what a user may say otherwise. */
export interface Choices extends Pick<ReprogramSettings, "arm" | "seed" | "backend" | "pruner"> {
  /** Default supervised. */
  readonly learn?: Learn | undefined;
  readonly candidates?: number | undefined;
  readonly iterations?: number | undefined;
  /** Pairs that a code model learns from. */
  readonly samples?: number | undefined;
  /** Default: `transformer` for itself, `blocks` for images; `conv` is the paper's. */
  readonly family?: string | undefined;
}

export interface SelfChoices extends Choices {
  readonly fewShot?: number | undefined;
}

/** Throws StropError `config.invalid` for another scale. */
export function selfSettings(scale: string, choices: SelfChoices): SelfSettings {
  const preset = Object.hasOwn(SELF, scale) ? SELF[scale as Scale] : undefined;
  if (preset === undefined)
    throw new StropError("config.invalid", `--scale: expected ${Object.keys(SELF).join(", ")}, found ${scale}`);
  const settings = { experiment: "self", scale, ...merged(preset, choices, "transformer") } as const;
  const fewShot = Math.min(choices.fewShot ?? preset.fewShot, settings.codeModel.samples);
  return { ...settings, fewShot };
}

export interface NetworkChoices extends Choices {
  readonly subset?: number | undefined;
  readonly selection?: number | undefined;
  readonly report?: number | undefined;
  readonly epochs?: number | undefined;
  readonly finalImages?: number | undefined;
  readonly finalEpochs?: number | undefined;
  readonly finalSeeds?: number | undefined;
}

/** What is not said is fitted to the data: a small data set has smaller subsets. */
export function networkSettings(dataset: ImageDataset, choices: NetworkChoices): NetworkSettings {
  const preset = NETWORK[dataset.name];
  const { train, test } = dataset;
  const count = train.labels.length;
  return {
    experiment: "network",
    dataset: dataset.name,
    data: `${count} + ${test.labels.length} images, ${labelsHash(dataset)}`,
    ...merged(preset, choices, "blocks"),
    subset: choices.subset ?? fitted(preset.subset, 0.65 * count),
    selection: choices.selection ?? fitted(preset.selection, 0.25 * count),
    report: choices.report ?? fitted(preset.report, test.labels.length),
    epochs: choices.epochs ?? preset.epochs,
    finalImages: choices.finalImages ?? preset.finalImages,
    finalEpochs: choices.finalEpochs ?? preset.finalEpochs,
    finalSeeds: choices.finalSeeds ?? preset.finalSeeds,
  };
}

/** At least one: where there is none, `requireEnough` says so. */
const fitted = (preset: number, most: number): number => Math.max(1, Math.min(preset, Math.floor(most)));

function merged<T extends Preset<ReprogramSettings>>(preset: T, choices: Choices, family: string) {
  const { arm, seed, backend, pruner, samples, iterations, learn } = choices;
  const candidates = choices.candidates ?? preset.candidates;
  const learning = rewardSettings({ learn, arm, candidates });
  return {
    ...preset,
    arm,
    family: choices.family ?? family,
    seed,
    backend,
    pruner,
    candidates,
    iterations: iterations ?? preset.iterations,
    ...(learning && { learning }),
    codeModel: { ...preset.codeModel, samples: samples ?? preset.codeModel.samples },
  };
}

/** Tells data sets apart that have as many images. */
const labelsHash = ({ train, test }: ImageDataset): string =>
  sha256([train, test].map(({ labels }) => Buffer.from(labels).toString("base64")).join("/")).slice(0, 12);
