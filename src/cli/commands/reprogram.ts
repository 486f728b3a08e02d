/** `strop reprogram`: a code model rewrites its own source, or the sources of other networks (Self-Programming AI). */
import { resolve } from "node:path";

import { StropError } from "../../core/errors.ts";
import type { Arm, ReprogramSettings } from "../../loop/reprogram/settings.ts";
import { chooseBackend } from "../../loop/reprogram/open-backend.ts";
import { networkSettings, selfSettings } from "../../loop/reprogram/presets.ts";
import { type ReprogramSession, runReprogram } from "../../loop/reprogram/run-reprogram.ts";
import type { Learn } from "../../loop/reprogram/writer/reward-settings.ts";
import { winners, validity } from "../../loop/reprogram/result.ts";
import { type DatasetName, datasetNames, type ImageDataset } from "../../reprogram/data/images.ts";
import { loadDataset } from "../../reprogram/data/load-dataset.ts";
import type { Tier } from "../../sandbox/types.ts";
import { EXIT } from "../exit-code.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { requireFitting } from "../misplaced.ts";
import { reprogramClosing } from "../screen/reprogram-closing.ts";
import { reprogramProgress } from "../screen/reprogram-progress.ts";
import { runFolder } from "../run-folder.ts";

export interface ReprogramOptions {
  readonly folder?: string;
  readonly scale?: string;
  readonly family?: string;
  readonly arm?: Arm;
  readonly learn?: Learn;
  readonly candidates?: number;
  readonly iterations?: number;
  readonly samples?: number;
  readonly fewShot?: number;
  readonly data?: string;
  readonly sample?: boolean;
  readonly subset?: number;
  readonly selection?: number;
  readonly report?: number;
  readonly epochs?: number;
  readonly finalImages?: number;
  readonly finalEpochs?: number;
  readonly finalSeeds?: number;
  readonly pruner?: string;
  readonly backend?: "auto" | "native" | "wasm";
  readonly threads?: number;
  readonly seed?: number;
  readonly fresh?: boolean;
  readonly tier?: Tier | "auto";
  readonly json?: boolean;
}

/** Throws StropError `config.invalid` for what is no experiment. */
export async function reprogramCommand(experiment: string, options: ReprogramOptions): Promise<number> {
  const name = experimentNamed(experiment);
  requireFitting(options, `reprogram ${name}`, FORMS);
  const interrupt = listenForInterrupt();
  const progress = reprogramProgress({ out: process.stderr, now: () => performance.now() });
  try {
    const { settings, dataset, notes } = await prepare(name, options, interrupt.signal);
    const folder = resolve(await runFolder(options.folder, `reprogram-${name}`));
    const session = await runReprogram(folder, {
      settings,
      dataset,
      notes,
      fresh: options.fresh === true,
      tier: options.tier ?? "auto",
      observer: progress,
      signal: interrupt.signal,
    });
    progress.stop();
    process.stdout.write(options.json === true ? `${jsonOf(session)}\n` : reprogramClosing(session, folder));
    if (interrupt.signal.aborted) return EXIT.interrupted;
    // Without a score of the initial source nothing could be tried.
    return session.state.champion === null ? EXIT.unfinished : EXIT.done;
  } finally {
    progress.stop();
    interrupt.stop();
  }
}

/** Which experiment looks at which option; the others are for all. */
const FORMS = {
  ...Object.fromEntries(["scale", "fewShot"].map((option) => [option, ["reprogram self"]])),
  ...Object.fromEntries(
    ["data", "subset", "selection", "report", "epochs", "finalImages", "finalEpochs", "finalSeeds"].map((option) => [
      option,
      datasetNames.map((name) => `reprogram ${name}`),
    ]),
  ),
  sample: ["reprogram mnist"],
};

function experimentNamed(experiment: string): DatasetName | "self" {
  const names = ["self", ...datasetNames] as const;
  const found = names.find((name) => name === experiment);
  if (found !== undefined) return found;
  throw new StropError("config.invalid", `expected an experiment (${names.join(", ")}), found ${experiment}`, {
    hint: "self: the code model rewrites itself; the others: it writes networks for these images",
  });
}

interface Prepared {
  readonly settings: ReprogramSettings;
  readonly dataset: ImageDataset | undefined;
  readonly notes: readonly string[];
}

async function prepare(name: DatasetName | "self", options: ReprogramOptions, signal: AbortSignal): Promise<Prepared> {
  const { choice, note } = await chooseBackend(options.backend ?? "auto", options.threads ?? 1);
  const notes = note === undefined ? [] : [note];
  const common = { ...options, arm: options.arm ?? "model", seed: options.seed ?? 0, backend: choice } as const;
  if (name === "self") {
    const settings = selfSettings(options.scale ?? "small", { ...common, pruner: options.pruner ?? "percentile" });
    return { settings, dataset: undefined, notes };
  }
  const dataset = await loadDataset(name, {
    data: options.data,
    sample: options.sample === true ? "only" : "fallback",
    onFallback: (reason) => notes.push(`the shipped sample instead of the whole of MNIST: ${reason}`),
    onFetch: (file) => process.stderr.write(`fetching ${file.name}, ${(file.bytes / 1e6).toFixed(1)} MB …\n`),
    signal,
  });
  notes.push(
    `data: ${dataset.source}, ${dataset.train.labels.length} training and ${dataset.test.labels.length} test images`,
  );
  const settings = networkSettings(dataset, { ...common, pruner: options.pruner ?? "percentile" });
  return { settings, dataset, notes };
}

const jsonOf = ({ state, result, files, figures }: ReprogramSession): string =>
  JSON.stringify({
    run: state.run,
    settings: result.settings,
    baseline: state.baselineScore,
    champion: state.champion?.score ?? null,
    championTrial: state.champion?.trial ?? null,
    validity: validity(result),
    winners: winners(result).map(({ trial, iteration, score, source }) => ({ trial, iteration, score, source })),
    generations: result.generations,
    updates: result.updates,
    finals: result.finals,
    ended: state.ended,
    tier: state.tier,
    report: files.report,
    program: files.champion,
    figures,
  });
