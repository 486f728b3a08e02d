/**
 * Experiment 2 (§3.2, §4.2): a code model that has learned from sources of networks rewrites the source of one. A candidate is trained
 * on a subset and worth its accuracy on a disjoint one; what is reported comes from a third split.
 */
import type { Outcome } from "../../../core/trial.ts";
import { mean } from "../../../core/numerics/stats.ts";
import { NO_DIAGNOSTICS, failure } from "../../../executor/outcome.ts";
import type { CodeModel } from "../../../reprogram/code-model/code-model.ts";
import { unreadable } from "../writer/code-corpus.ts";
import type { Experiment, Measurement } from "../experiment.ts";
import { type FinalOptions, finalTrainings, MOST_SECONDS, type NetworkSource } from "./final-training.ts";
import { networkWriter } from "./network-writer.ts";
import type { RewardWriter } from "../writer/reward-writer.ts";
import { designOf, requireDesign } from "../sources.ts";
import { type CodeModelStage, cpuSecondsSince } from "../writer/train-code-model.ts";
import { trainNetwork } from "./train-network.ts";
import { costOf } from "../work.ts";
import { writtenBy } from "../writer/writing.ts";

export interface NetworkExperimentOptions extends Omit<CodeModelStage, "settings">, FinalOptions {
  readonly rewards?: RewardWriter | undefined;
}

export function networkExperiment(options: NetworkExperimentOptions): Experiment & { close(): Promise<void> } {
  const writer = networkWriter(options);
  return {
    measure: (source, run) => measureNetwork(source, run, options),
    async write(source, place, stage) {
      const design = await requireDesign(source, options, stage.signal);
      const isControl = options.settings.arm === "random";
      const model: CodeModel | undefined = isControl ? undefined : await writer.ready(stage);
      return writtenBy(model, { ...options, source, design, place, stage });
    },
    conclude: (source, stage) => finalTrainings(source, stage, options),
    close: () => writer.close(),
  };
}

async function measureNetwork(source: string, run: Measurement, options: NetworkExperimentOptions): Promise<Outcome> {
  const { settings, corpus, splits, setting, backend } = options;
  const begun = { cpu: process.cpuUsage(), wall: performance.now() };
  const checked = await designOf(source, options, run.signal);
  if (!checked.ok) return failure("invalid", checked.reason);
  // A winner is what the code model writes from.
  const problem = settings.arm === "model" ? unreadable(source, corpus) : undefined;
  if (problem !== undefined) return failure("invalid", problem);
  const design = checked.design as NetworkSource;
  const trained = await trainNetwork(design, splits.subset, {
    backend,
    classes: setting.classes,
    epochs: settings.epochs,
    seed: settings.seed,
    seconds: MOST_SECONDS,
    observe: run.observe,
    report: (share) => run.report("training a candidate", share),
    signal: run.signal,
  });
  const cost = { ...costOf(design, setting, settings.subset * settings.epochs) };
  const diagnosed = () => {
    const wallSeconds = (performance.now() - begun.wall) / 1000;
    return { ...NO_DIAGNOSTICS, wallSeconds, trainSeconds: wallSeconds, cpuSeconds: cpuSecondsSince(begun.cpu) };
  };
  if (!trained.ok) return { ...failure(trained.status, trained.reason, diagnosed()), metrics: cost };
  const score = await trained.accuracyOn(splits.selection);
  const metrics = { ...cost, training_loss: mean(trained.losses.slice(-10)) };
  return { status: "scored", score, reason: "", selfReported: false, metrics, diagnostics: diagnosed() };
}
