/**
 * The baseline "greedy LLM (no RL)" of autoresearch-rl §7.2: one model at one temperature, asked anew each time. Nothing
 * learns, neither from rewards nor in its prompt, which shows the champion and the last trial. The paper does not say what
 * its baseline was shown; this is the least that can still be called research.
 */
import type { PromptSettings } from "../../core/task.ts";
import type { ModelGateway } from "../../models/types.ts";
import type { Proposer } from "../types.ts";
import { modelProposer } from "./model-proposer.ts";
import type { ModelOptions } from "./plan.ts";

export interface GreedyOptions {
  readonly name?: string;
  readonly gateway: ModelGateway;
  readonly model: string;
  /** Default: the provider's. */
  readonly temperature?: number | undefined;
  readonly settings: PromptSettings;
}

/** One answer per call; a correction of invalid edits as for the others. */
export const greedyModel = ({ name = "greedy-llm", ...options }: GreedyOptions): Proposer =>
  modelProposer({ name, ...greedily(options) });

/** How it asks. */
export const greedily = ({ gateway, model, temperature, settings }: Omit<GreedyOptions, "name">): ModelOptions => ({
  gateway,
  choose: () => ({ model, temperature }),
  settings: { ...settings, samples: 1 },
  view: { experiments: 1, best: 0 },
});
