/**
 * A text that a policy wrote, with all that PPO has to know of it later: which symbols were drawn, from which choices, with what
 * probability. Plain JSON, so that a journal can keep it. A symbol without an alternative is no decision.
 */
import { z } from "zod";

import type { Decision, Episode, Observation } from "../../policy/network.ts";
import { rowsOf } from "../code-model/batch.ts";
import type { Written } from "../code-model/writer.ts";
import { PAD, type Tokenizer } from "../tokenizer/tokenizer.ts";

const symbol = z.int().min(0).max(1_000_000);

const rolloutSchema = z.strictObject({
  /** What it was written from. */
  source: z.string(),
  /** All symbols, the end symbol included. */
  tokens: z.array(symbol),
  decisions: z.array(
    z.strictObject({
      /** Its place among the symbols. */
      at: symbol,
      logProbability: z.number(),
      /** Symbols that could be drawn; null: any. */
      choices: z.array(symbol).nullable(),
    }),
  ),
});

export type Rollout = z.infer<typeof rolloutSchema>;

/** Undefined for a value that is none of a policy of this size: notes come back from a journal. */
export function readRollout(value: unknown, { tokenizer, length }: PassSize): Rollout | undefined {
  const rollout = rolloutSchema.safeParse(value).data;
  if (rollout === undefined || rollout.tokens.length > length) return undefined;
  const isSymbol = (one: number) => one < tokenizer.size;
  const isPlace = (at: number) => at < rollout.tokens.length;
  const isKnown = rollout.tokens.every(isSymbol) && rollout.decisions.every(({ at }) => isPlace(at));
  return isKnown && tokenizer.encode(rollout.source).length < length ? rollout : undefined;
}

export const rolloutOf = (source: string, { draws }: Written): Rollout => ({
  source,
  tokens: draws.map(({ token }) => token),
  decisions: draws.flatMap(({ logProbability, choices }, at) =>
    choices?.length === 1 ? [] : [{ at, logProbability, choices: choices === undefined ? null : [...choices] }],
  ),
});

export interface PassSize {
  readonly tokenizer: Tokenizer;
  /** Places of a row. */
  readonly length: number;
}

/** What the policy saw, place by place: the source, the symbols before, and the choices as mask. */
export function observationOf({ source, tokens, decisions }: Rollout, { tokenizer, length }: PassSize): Observation {
  const previous = Float32Array.from({ length }, (_, place) => (place === 0 ? PAD : (tokens[place - 1] ?? PAD)));
  const mask = new Uint8Array(length * tokenizer.size);
  for (const { at, choices } of decisions) {
    const row = mask.subarray(at * tokenizer.size, (at + 1) * tokenizer.size);
    if (choices === null) row.fill(1);
    else for (const choice of choices) row[choice] = 1;
  }
  const read = rowsOf([tokenizer.encode(source)], { rows: 1, length });
  return { inputs: { source: Float32Array.from(read), previous }, mask };
}

/** The rollout's decisions by place, with what `worth` says of the n-th of them. */
export function episodeOf(
  { tokens, decisions }: Rollout,
  observation: Observation,
  worth: (n: number) => Pick<Decision, "advantage" | "target">,
): Episode {
  const byPlace = new Map(
    decisions.map(({ at, logProbability }, n): [number, Decision] => [
      at,
      { action: tokens[at] ?? PAD, logProbability, ...worth(n) },
    ]),
  );
  return { observation, decisions: Array.from(tokens, (_, place) => byPlace.get(place)) };
}
