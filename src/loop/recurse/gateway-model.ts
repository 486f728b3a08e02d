/** The language model of an improver: prompts go through the gateway, which counts the money and keeps the record. */
import { sha256 } from "../../core/candidate.ts";
import type { ChatMessage, Exchange } from "../../core/exchange.ts";
import { StropError } from "../../core/errors.ts";
import type { ModelFunction } from "../../improve/types.ts";
import type { ModelGateway } from "../../models/types.ts";
import { MONEY_SPENT } from "../watch-models.ts";

export interface GatewayModelOptions {
  readonly gateway: ModelGateway;
  /** Names of models; calls take turns among them. */
  readonly models: readonly string[];
  /** Names this improver's run within its trial: `trial-2/improve`. */
  readonly label: string;
}

/**
 * Messages of one call that are alike become one request for several answers. Every call has a purpose of its own, so the
 * same prompt asked twice is two questions, and a resumed run is answered from the record.
 */
export function gatewayModel({ gateway, models, label }: GatewayModelOptions): ModelFunction {
  // Improvers that ask once only must not all ask the same one.
  const first = Number.parseInt(sha256(label).slice(0, 8), 16);
  let calls = 0;
  return async ({ expertise, messages, temperature }, signal) => {
    const call = calls++;
    const model = models[(first + call) % models.length];
    if (model === undefined) throw new StropError("recurse.no-model", "expected a model to ask, found none");
    const places = Map.groupBy(messages.keys(), (place) => messages[place] as string);
    const answers: string[] = messages.map(() => "");
    await Promise.all(
      [...places.entries()].map(async ([message, at], group) => {
        const request = { messages: chat(expertise, message), temperature, samples: at.length };
        const purpose = `${label}/call-${call}${places.size > 1 ? `-${group}` : ""}`;
        const exchange = await gateway.ask({ model, purpose, request }, signal);
        answersOf(exchange).forEach((text, i) => {
          const place = at[i];
          if (place !== undefined) answers[place] = text;
        });
      }),
    );
    return answers;
  };
}

const chat = (expertise: string, message: string): ChatMessage[] => [
  ...(expertise.trim() === "" ? [] : [{ role: "system", content: expertise } as const]),
  { role: "user", content: message },
];

/** A model that can no longer be had ends the run, not the improver: every later score would be a lie. */
function answersOf({ reply, model }: Exchange): string[] {
  const { failure, answers } = reply;
  if (failure === null) return answers.map(({ text }) => text);
  if (failure.kind === "over-budget")
    throw new StropError(MONEY_IS_SPENT, `${MONEY_SPENT}: ${failure.message}`, {
      hint: "allow more with --max-cost: the same command goes on from here",
    });
  if (failure.isPassing) throw new Error(failure.message);
  throw new StropError("recurse.model-failed", `expected an answer of ${model}, found: ${failure.message}`, {
    hint: "mend that and run the same command again: it goes on from here",
  });
}

const MONEY_IS_SPENT = "recurse.money-spent";

/** Whether it was thrown because no model may be asked any more: then a run ends, and its results so far stand. */
export const isMoneySpent = (thrown: unknown): thrown is StropError =>
  thrown instanceof StropError && thrown.code === MONEY_IS_SPENT;
