/**
 * What strop and the worker say to each other (trainer/README.md). The worker holds a model that strangers may have made, so its
 * replies are read as strictly as a stranger's.
 */
import { z } from "zod";

import type { ChatMessage } from "../../core/exchange.ts";

/** Version of the protocol; the worker refuses another. */
export const PROTOCOL = 1;
/** Bytes of one line. */
export const LONGEST_LINE = 64 * 2 ** 20;
const LONGEST_ANSWER = 32_768;

export interface OpenRequest {
  readonly model: string;
  readonly folder: string;
  readonly device: string;
  readonly rank: number;
  readonly alpha: number;
  readonly learning: { readonly learningRate: number };
}

export interface SampleRequest {
  /** Name of the weights to answer with; null for those that the run begins with. */
  readonly checkpoint: string | null;
  readonly messages: readonly ChatMessage[];
  readonly seed: number;
  readonly temperature: number;
  readonly maxTokens: number;
}

/** One answer and what it was worth. */
export interface Experience {
  readonly messages: readonly ChatMessage[];
  readonly tokens: readonly number[];
  /** ln π_old of each token. */
  readonly logProbabilities: readonly number[];
  readonly temperature: number;
  readonly reward: number;
}

export interface UpdateRequest {
  readonly checkpoint: string | null;
  /** Name of the weights that come of it. */
  readonly next: string;
  /** In the order of time. */
  readonly experience: readonly Experience[];
  readonly seed: number;
}

const number = z.number().refine(Number.isFinite);
const count = z.int().min(0);
const share = number.min(0).max(1);

export const envelope = z.object({
  id: count.nullable(),
  result: z.unknown().optional(),
  error: z
    .object({ code: z.string().max(64), message: z.string().max(4_000), hint: z.string().max(1_000).optional() })
    .optional(),
});

export const opened = z.object({
  /** Identifies the model's weights and the adapters' form. */
  base: z.string().regex(/^[0-9a-f]{16}$/),
  /** Tokens that prompt and answer may have together; null when not known. */
  context: count.nullable(),
  device: z.string().max(64),
  parameters: count,
  trainable: count,
});

export const sampled = z
  .object({
    text: z.string().max(4_000_000),
    tokens: z.array(count).min(1).max(LONGEST_ANSWER),
    logProbabilities: z.array(number.max(1e-3)).max(LONGEST_ANSWER),
    /** V of the prompt. */
    value: number,
    finish: z.enum(["stop", "length"]),
    promptTokens: count,
  })
  .refine(({ tokens, logProbabilities }) => tokens.length === logProbabilities.length, "a log-probability per token");

export const updated = z.object({
  checkpoint: z.string().max(64),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  report: z.object({
    /** Steps of the optimiser since the run began. */
    steps: count,
    epochs: count,
    kl: number,
    clipped: share,
    entropy: number,
    explained: number,
    drift: number,
    tokens: count,
  }),
});

export type Opened = Readonly<z.output<typeof opened>>;
export type Sampled = Readonly<z.output<typeof sampled>>;
export type Updated = Readonly<z.output<typeof updated>>;
