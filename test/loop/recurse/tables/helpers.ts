/** Models and options for tests of tables: everything offline, in the Deno tier, in folders that go away. */
import type { ModelReply, ModelRequest } from "../../../../src/core/exchange.ts";
import { DEFAULT_RECURSION, type RecursionSettings } from "../../../../src/loop/recurse/settings.ts";
import type { TableOptions } from "../../../../src/loop/recurse/tables/sub-runs.ts";
import type { LanguageModel, Price } from "../../../../src/models/types.ts";
import { freshFolder } from "../../../fresh-folder.ts";

/** One downstream run, two utility calls, one answer: the smallest recursion that improves anything. */
export const TINY: RecursionSettings = {
  ...DEFAULT_RECURSION,
  tasks: [{ name: "parity", options: { bits: 4 } }],
  copies: 1,
  rounds: 1,
  downstream: { utilityCalls: 2, modelCalls: 1, responsesPerCall: 1 },
  meta: { utilityCalls: 2, modelCalls: 1, responsesPerCall: 1 },
};

export interface Scripted extends LanguageModel {
  /** Calls that were made. */
  readonly calls: { purpose: string; request: ModelRequest }[];
}

/** Answers every sample with what `answer` makes of the number of samples before it and the request. */
export function scripted(
  answer: (number: number, request: ModelRequest) => string,
  { price = { input: 0, output: 0 }, name = "scripted" }: { readonly price?: Price; readonly name?: string } = {},
): Scripted {
  const calls: Scripted["calls"] = [];
  let number = 0;
  return {
    name,
    contextTokens: undefined,
    price,
    maxOutputTokens: 1000,
    calls,
    async complete(request, _signal, purpose = ""): Promise<ModelReply> {
      calls.push({ purpose, request });
      const answers = Array.from({ length: request.samples }, () => ({
        text: answer(number++, request),
        finish: "stop" as const,
      }));
      const usage = { input: 1000, cachedInput: 0, output: 1000, reasoning: 0 };
      return { answers, usage, failure: null, attempts: 1, wallSeconds: 0 };
    },
  };
}

export const options = (model: LanguageModel, changes: Partial<TableOptions> = {}): TableOptions => ({
  folder: freshFolder(),
  models: [model.name],
  createModels: () => [model],
  tier: "deno",
  signal: new AbortController().signal,
  ...changes,
});
