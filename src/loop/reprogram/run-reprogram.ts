/**
 * One session of `strop reprogram`, from a folder and settings to a report. The folder holds `model.ts`, which is the initial source,
 * and `.strop`; the journal, the exports and the report are those of every run.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { createPruner } from "../../judge/pruners/create-pruner.ts";
import type { Journal } from "../../journal/journal.ts";
import { startedState } from "../../journal/started-state.ts";
import type { RunState } from "../../journal/state.ts";
import { type RunFiles, writeReport } from "../../report/write-report.ts";
import type { Backend } from "../../nn/index.ts";
import { requireEnough, splitDataset } from "../../reprogram/data/splits.ts";
import type { ImageDataset } from "../../reprogram/data/images.ts";
import { familyNamed } from "../../reprogram/families/families.ts";
import type { Sandbox, Tier } from "../../sandbox/types.ts";
import { inSession, openLoopRun } from "../loop-run.ts";
import { makeNamedFolder } from "../folder/make-folder.ts";
import { writeUnlessThere } from "../folder/write-whole.ts";
import { accuracyNotes } from "./networks/accuracy-text.ts";
import { type Checkpoints, checkpointsIn } from "./checkpoints.ts";
import { codeCorpus, textSetting } from "./writer/code-corpus.ts";
import type { Experiment } from "./experiment.ts";
import { writeFigures } from "./figures.ts";
import { networkExperiment } from "./networks/network-experiment.ts";
import { openBackend } from "./open-backend.ts";
import { reprogram, type ReprogramObserver } from "./reprogram.ts";
import { reprogramTask, SOURCE_FILE } from "./reprogram-task.ts";
import { type ReprogramResult, resultOf } from "./result.ts";
import { rewardWriter } from "./writer/reward-writer.ts";
import { selfExperiment } from "./self-experiment.ts";
import type { NetworkSettings, ReprogramSettings, SelfSettings } from "./settings.ts";
import { imageSetting } from "./networks/train-network.ts";

export interface RunReprogramOptions {
  readonly settings: ReprogramSettings;
  /** For experiment 2. */
  readonly dataset?: ImageDataset | undefined;
  readonly fresh?: boolean;
  readonly tier?: Tier | "auto";
  readonly observer?: ReprogramObserver;
  readonly notes?: readonly string[];
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export interface ReprogramSession {
  readonly state: RunState;
  readonly result: ReprogramResult;
  readonly files: RunFiles;
  /** Folder with the figures of the paper, each as JSON and SVG. */
  readonly figures: string;
}

/**
 * Runs all iterations, or goes on with those of the folder's newest run. Throws StropError `run.changed` when that run had
 * other settings, data or another initial source, `journal.locked`, `judge.unknown-pruner`, `data.too-few`, and what sandbox and backend throw.
 */
export async function runReprogram(folder: string, options: RunReprogramOptions): Promise<ReprogramSession> {
  const { settings, dataset, now = Date.now, observer = {}, signal = new AbortController().signal } = options;
  // Before anything is written: what cannot be done leaves no run behind.
  createPruner(settings.pruner);
  if (settings.experiment === "network" && dataset !== undefined) requireEnough(dataset, settings);
  makeNamedFolder(folder);
  const initial = await initialSource(folder, settings);
  const backend = await openBackend(settings.backend);
  return inSession(folder, { tier: options.tier, spares: 1 }, async ({ stropFolder, sandbox }) => {
    const task = reprogramTask(settings);
    const program = { [SOURCE_FILE]: initial };
    const fresh = options.fresh === true;
    const journal = openLoopRun({ stropFolder, task, program, tier: sandbox.tier, fresh, now });
    try {
      observer.opened?.(startedState(journal), [...(options.notes ?? []), ...sourceNotes(folder, initial, settings)]);
      const checkpoints = checkpointsIn(dirname(journal.path));
      const experiment = experimentOf(options, { initial, backend, sandbox, checkpoints });
      try {
        const state = await reprogram({ journal, settings, experiment, observer, signal, now });
        return await report(journal, { stropFolder, settings, state });
      } finally {
        await experiment.close();
      }
    } finally {
      journal.close();
    }
  });
}

async function report(
  journal: Journal,
  {
    stropFolder,
    settings,
    state,
  }: { readonly stropFolder: string; readonly settings: ReprogramSettings; readonly state: RunState },
): Promise<ReprogramSession> {
  const result = resultOf(journal, settings);
  const files = await writeReport(journal, { stropFolder, state, notes: accuracyNotes(result) });
  return { state, result, files, figures: await writeFigures(dirname(journal.path), result) };
}

/** The folder's own source, which a user may have written; the paper's where there is none. */
async function initialSource(folder: string, settings: ReprogramSettings): Promise<string> {
  const path = join(folder, SOURCE_FILE);
  await writeUnlessThere(path, familyNamed(settings.family).initial);
  return readFile(path, "utf8");
}

/** A source that is already there may be of a user, or of an earlier run with another family. */
function sourceNotes(folder: string, initial: string, { family, arm }: ReprogramSettings): string[] {
  if (initial === familyNamed(family).initial) return [];
  const kept = arm === "random" ? `; what the generator makes of it is a source of the family ${family}` : "";
  return [`begins with ${join(folder, SOURCE_FILE)}, as it is there${kept}`];
}

interface Surroundings {
  readonly initial: string;
  readonly backend: Backend;
  readonly sandbox: Sandbox;
  readonly checkpoints: Checkpoints;
}

function experimentOf(
  { settings, dataset }: RunReprogramOptions,
  surroundings: Surroundings,
): Experiment & { close(): Promise<void> } {
  const corpus = codeCorpus(familyNamed(settings.family), settings);
  const { learning } = settings;
  const rewards = learning && rewardWriter({ ...surroundings, settings, corpus, learning });
  const close = async () => rewards?.close();
  if (settings.experiment === "self") {
    const limits = limitsFor(settings, settings.fewShot);
    const setting = textSetting(corpus, settings);
    return { ...selfExperiment({ ...surroundings, settings, corpus, rewards, setting, limits }), close };
  }
  if (dataset === undefined) throw new RangeError("expected a data set for an experiment on images, found none");
  const splits = splitDataset(dataset, settings, settings.seed);
  const setting = imageSetting(splits.subset, dataset.classes);
  const limits = limitsFor(settings, settings.subset * settings.epochs);
  const experiment = networkExperiment({ ...surroundings, settings, corpus, rewards, splits, setting, limits });
  return { ...experiment, close: async () => void (await Promise.all([experiment.close(), close()])) };
}

const limitsFor = ({ work }: SelfSettings | NetworkSettings, samples: number) => ({
  workPerSample: work / samples,
  samples,
  steps: samples,
});
