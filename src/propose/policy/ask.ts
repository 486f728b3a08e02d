/**
 * "Ask the model" as actions: each is a model asked in one way, by intent, boldness and temperature, so that a model whose weights nobody
 * has is steered by what it is asked, and the policy learns which way pays when.
 */
import { type Intent, combine, different, free, simplify, structure } from "../ensemble/intents.ts";
import { modelOptions, type ModelTools } from "../ensemble/model-arm.ts";
import { modelProposer } from "../model/model-proposer.ts";
import type { Delegate } from "./read-board.ts";

interface Way {
  readonly names: readonly string[];
  readonly intent: string;
  readonly temperature: number;
}

const CAREFUL = "Make one small change that you are sure of.";

const way = (name: string, { text }: Pick<Intent, "text">, temperature: number): Way => ({
  names: [name, temperature < 0.5 ? "cool" : temperature > 0.9 ? "warm" : "mild"],
  intent: text,
  temperature,
});

const WAYS: readonly Way[] = [
  way("free", free, 0.7),
  way("careful", { text: CAREFUL }, 0.2),
  way("structure", structure, 0.7),
  way("bold", different, 1),
  way("combine", combine, 0.5),
  way("simplify", simplify, 0.3),
];

/** Every model in every way, at most 12 delegates: with many models, the first ways of each. Throws StropError `config.no-model`. */
export function modelDelegates(tools: ModelTools): readonly Delegate[] {
  const options = modelOptions(tools);
  const models = tools.models?.map(({ model }) => model) ?? options.gateway.models.map(({ name }) => name);
  const ways = WAYS.slice(0, Math.max(1, Math.floor(12 / models.length)));
  return models.slice(0, 12).flatMap((model) =>
    ways.map(({ names, intent, temperature }): Delegate => {
      const choose = () => ({ model, temperature, ...(intent !== "" && { intent }) });
      return { names: ["model", ...names, model], proposer: modelProposer({ ...options, name: "model", choose }) };
    }),
  );
}
