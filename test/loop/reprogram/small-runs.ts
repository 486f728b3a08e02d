/** Runs of both experiments that end in seconds, also as a program of its own: `node small-runs.ts self|mnist FOLDER`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Choices, networkSettings, selfSettings } from "../../../src/loop/reprogram/presets.ts";
import {
  type ReprogramSession,
  runReprogram,
  type RunReprogramOptions,
} from "../../../src/loop/reprogram/run-reprogram.ts";
import { loadDataset } from "../../../src/reprogram/data/load-dataset.ts";

const CHOICES: Choices = {
  arm: "model",
  seed: 1,
  backend: { name: "native", threads: 1 },
  pruner: "none",
  candidates: 2,
  iterations: 1,
  samples: 128,
};

export type Small = "self" | "mnist";

/** A code model of 1 + 1 layers rewrites itself. */
const SMALL_SOURCE = `import { transformer } from "strop/design";

export const model = transformer({
  encoderLayers: 1,
  decoderLayers: 1,
  heads: 2,
  feedForward: 64,
});
`;

export async function runSmall(
  which: Small,
  folder: string,
  over: Partial<RunReprogramOptions> & { readonly choices?: Partial<Choices> } = {},
): Promise<ReprogramSession> {
  const choices = { ...CHOICES, ...over.choices };
  if (which === "self") {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "model.ts"), SMALL_SOURCE);
    return runReprogram(folder, { settings: selfSettings("tiny", { ...choices, fewShot: 32 }), ...over });
  }
  const dataset = await loadDataset("mnist", { sample: "only" });
  const sizes = { subset: 400, selection: 200, report: 200, finalSeeds: 2, epochs: 1, finalEpochs: 1 };
  return runReprogram(folder, { settings: networkSettings(dataset, { ...choices, ...sizes }), dataset, ...over });
}

if (import.meta.main) {
  const [, , which, folder, who] = process.argv as [string, string, Small, string, Choices["arm"] | "ppo"];
  // In rounds of four, where rewards are learned from.
  const choices: Partial<Choices> = who === "ppo" ? { learn: who, candidates: 8 } : { arm: who };
  // Each piece of work as it is done, so that whoever started this can end it there.
  await runSmall(which, folder, {
    choices,
    observer: { partFinished: (part) => process.stdout.write(`done ${part}\n`) },
  });
  process.stdout.write("done all\n");
}
