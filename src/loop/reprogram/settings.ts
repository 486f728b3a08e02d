/** What a self-programming run is: everything that its numbers depend on. Kept in the journal with the run. */
import type { Scale } from "../../reprogram/code-model/code-model.ts";
import type { DatasetName } from "../../reprogram/data/images.ts";
import type { BackendChoice } from "./open-backend.ts";
import type { RewardSettings } from "./writer/reward-settings.ts";

/** Who writes candidates: the code model; the generator of its training data; nobody, with its compute spent on training. */
export type Arm = "model" | "random" | "none";

/** What a code model learns from, how large it is, and how it writes. Its design and training are its source's business. */
export interface CodeModelSettings {
  /** d_model by name: no design parameter, so that candidates stay comparable. */
  readonly scale: Scale;
  /** Pairs of the random refinement dataset, seen once. */
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
}

interface CommonSettings {
  readonly arm: Arm;
  /** Of the sources that the code model learns from, and that a run begins with (reprogram/families). */
  readonly family: string;
  /** n: sources written in one iteration. */
  readonly candidates: number;
  readonly iterations: number;
  readonly seed: number;
  readonly codeModel: CodeModelSettings;
  /** How it goes on learning from what its sources earned; not there where it does not. */
  readonly learning?: RewardSettings;
  /** What trains: one backend with one thread repeats itself bit by bit, two backends only nearly. */
  readonly backend: BackendChoice;
  /** What stops hopeless candidates (judge/pruners/). */
  readonly pruner: string;
  /** Multiplications of one candidate's whole training at most; a source that needs more is invalid. */
  readonly work: number;
}

/** Experiment 1 (§4.1): the code model rewrites its own source. */
export interface SelfSettings extends CommonSettings {
  readonly experiment: "self";
  readonly scale: string;
  /** Samples of extended few-shot evaluation: one epoch on the first so many of the dataset. */
  readonly fewShot: number;
}

/** Experiment 2 (§4.2): the code model writes other networks. */
export interface NetworkSettings extends CommonSettings {
  readonly experiment: "network";
  readonly dataset: DatasetName;
  /** What was given, for people and so that a resumed run sees the same: counts and a hash of the labels. */
  readonly data: string;
  readonly subset: number;
  readonly selection: number;
  /** Images of the test set that the reported accuracy is of. */
  readonly report: number;
  /** Passes of a candidate over the subset. */
  readonly epochs: number;
  /** Training images of the final training at most; none of them selected. */
  readonly finalImages: number;
  /** Passes of the final training over them. */
  readonly finalEpochs: number;
  /** Seeds of the final training: each gives one accuracy, of the best network and of the initial one. */
  readonly finalSeeds: number;
}

export type ReprogramSettings = SelfSettings | NetworkSettings;

/** Where a run stands: the trial is `index` (from 1) of `iteration` (from 1); both 0 for the initial source. */
export const placeOf = (trial: number, { candidates }: Pick<ReprogramSettings, "candidates">) =>
  trial === 0
    ? { iteration: 0, index: 0 }
    : { iteration: Math.ceil(trial / candidates), index: ((trial - 1) % candidates) + 1 };

/** Sources that are written at once: all of an iteration, or as many as are learned from at a time. */
export const roundOf = ({ candidates, learning }: Pick<ReprogramSettings, "candidates" | "learning">): number =>
  learning?.round ?? candidates;

/** Number of the run's last trial. Without anybody who writes candidates there is only the first. */
export const lastTrial = ({ arm, candidates, iterations }: ReprogramSettings): number =>
  arm === "none" ? 0 : candidates * iterations;
