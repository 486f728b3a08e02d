/** What can be chosen of an open language model that is the policy. Defaults: autoresearch-rl §7.3 where the paper names one. */

import { StropError } from "../../core/errors.ts";

export interface TrainerSettings {
  /** A folder with a Hugging Face causal language model, or the name of one. */
  readonly model: string;
  /** A Python with torch, transformers and peft; default `STROP_TRAINER_PYTHON`, else `python3`. */
  readonly python?: string | undefined;
  /** `auto` (a GPU if there is one), `cpu`, `cuda`, `cuda:1`, `mps`. */
  readonly device?: string | undefined;
  /** r of the adapters; default 32. */
  readonly rank?: number | undefined;
  /** α of the adapters; default twice the rank. */
  readonly alpha?: number | undefined;
  /** Peak learning rate; default 1e-4. */
  readonly learningRate?: number | undefined;
  /** Own finished trials per update; default 16. */
  readonly batch?: number | undefined;
  /** Of the distribution that is sampled and learned; default 1. */
  readonly temperature?: number | undefined;
  /** Tokens that a prompt may have, estimated; default 8,000. Learning needs memory for all of them. */
  readonly promptTokens?: number | undefined;
  /** Tokens that an answer may have; default 1,024. */
  readonly answerTokens?: number | undefined;
}

/** The settings with every default filled in. */
export type ChosenSettings = { readonly [Key in keyof TrainerSettings]-?: Exclude<TrainerSettings[Key], undefined> };

/** Name of the variable that names the Python. */
const PYTHON_VARIABLE = "STROP_TRAINER_PYTHON";

export function chooseSettings(
  settings: TrainerSettings,
  env: Readonly<Record<string, string | undefined>>,
): ChosenSettings {
  const { rank = 32 } = settings;
  return {
    model: settings.model,
    python: settings.python ?? (env[PYTHON_VARIABLE] || "python3"),
    device: settings.device ?? "auto",
    rank,
    alpha: settings.alpha ?? 2 * rank,
    learningRate: settings.learningRate ?? 1e-4,
    batch: settings.batch ?? 16,
    temperature: settings.temperature ?? 1,
    promptTokens: settings.promptTokens ?? 8_000,
    answerTokens: settings.answerTokens ?? 1_024,
  };
}

type Option = Exclude<keyof TrainerSettings, "model">;

/** Keys of `--policy-option`. */
const OPTIONS: Readonly<Record<string, readonly [Option, "text" | "whole" | "number"]>> = {
  python: ["python", "text"],
  device: ["device", "text"],
  rank: ["rank", "whole"],
  alpha: ["alpha", "number"],
  rate: ["learningRate", "number"],
  batch: ["batch", "whole"],
  temperature: ["temperature", "number"],
  prompt: ["promptTokens", "whole"],
  answer: ["answerTokens", "whole"],
};

/** From the command line. Undefined without a model. Throws StropError `config.policy-option`. */
export function trainerSettings(
  model: string | undefined,
  options: readonly string[] = [],
): TrainerSettings | undefined {
  if (model !== undefined) return { model, ...Object.fromEntries(options.map(readOption)) };
  if (options.length === 0) return undefined;
  throw new StropError("config.policy-option", "expected --policy-model beside --policy-option, found none");
}

function readOption(written: string): [Option, string | number] {
  const [, key = "", text = ""] = /^([a-z]+)=(.+)$/s.exec(written) ?? [];
  const option = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
  if (option === undefined) throw refused(`one of ${Object.keys(OPTIONS).join(", ")}, then = and a value`, written);
  const [name, kind] = option;
  if (kind === "text") return [name, text];
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value) || (kind === "whole" && !Number.isInteger(value)))
    throw refused(kind === "whole" ? "a whole number above 0" : "a number above 0", written);
  return [name, value];
}

const refused = (expected: string, found: string): StropError =>
  new StropError("config.policy-option", `expected --policy-option to be ${expected}, found ${JSON.stringify(found)}`, {
    hint: "for example --policy-option rank=16 --policy-option device=cuda",
  });
