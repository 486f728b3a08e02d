/**
 * A design: what a source defines, as data. It says how a model is built and, if the source has a train(), how it learns;
 * it holds no power. The bounds here only keep numbers sane; what is affordable is decided by `limits.ts`.
 */
import { z } from "zod";

const count = (least: number, most: number) => z.int().min(least).max(most);
const rate = z.number().min(0).max(0.9);

const transformerSchema = z.strictObject({
  kind: z.literal("transformer"),
  encoderLayers: count(1, 1000),
  decoderLayers: count(1, 1000),
  heads: count(1, 1000),
  /** Width of the feed-forward layers. */
  feedForward: count(1, 1_000_000),
  /** Default relu. */
  activation: z.enum(["relu", "gelu", "silu"]).optional(),
  /** Default 0. */
  dropout: rate.optional(),
});

const plainLayers = [
  z.strictObject({ layer: z.literal("conv"), channels: count(1, 1_000_000), kernel: z.literal([1, 3, 5, 7]) }),
  z.strictObject({ layer: z.literal("pool"), size: count(2, 8) }),
  z.strictObject({ layer: z.literal("globalPool") }),
  z.strictObject({ layer: z.literal("norm") }),
  z.strictObject({ layer: z.literal("dense"), size: count(1, 1_000_000) }),
  z.strictObject({ layer: z.literal("dropout"), rate }),
] as const;

const plainLayerSchema = z.discriminatedUnion("layer", plainLayers);

const layerSchema = z.discriminatedUnion("layer", [
  ...plainLayers,
  // Without residuals inside, so that no source can nest them without end.
  z.strictObject({ layer: z.literal("residual"), layers: z.array(plainLayerSchema).min(1).max(16) }),
]);

const networkSchema = z.strictObject({
  kind: z.literal("network"),
  layers: z.array(layerSchema).max(1000),
});

const trainingSchema = z.strictObject({
  /** Default adamW. Muon trains matrices, AdamW the rest. */
  optimizer: z.enum(["adamW", "adam", "sgd", "muon"]).optional(),
  /** At its peak. */
  learningRate: z.number().positive().max(10).optional(),
  /** Default constant. */
  schedule: z.enum(["constant", "linear", "cosine"]).optional(),
  /** Default 0. */
  warmupSteps: count(0, 1_000_000).optional(),
  /** Samples per step. */
  batch: count(1, 4096).optional(),
  weightDecay: z.number().min(0).max(1).optional(),
  /** Of SGD and Muon. */
  momentum: z.number().min(0).max(0.999).optional(),
  /** Largest norm of all gradients together; default 1. */
  clipNorm: z.number().positive().max(1e6).optional(),
});

const designSchema = z.strictObject({
  model: z.discriminatedUnion("kind", [transformerSchema, networkSchema]),
  /** What the source's train() returned. */
  train: trainingSchema.optional(),
});

export type TransformerDesign = Readonly<z.infer<typeof transformerSchema>>;
export type PlainLayer = Readonly<z.infer<typeof plainLayerSchema>>;
export type LayerDesign = PlainLayer | { readonly layer: "residual"; readonly layers: readonly PlainLayer[] };
export interface NetworkDesign {
  readonly kind: "network";
  readonly layers: readonly LayerDesign[];
}
export type ModelDesign = TransformerDesign | NetworkDesign;
export type TrainingDesign = Readonly<z.infer<typeof trainingSchema>>;
export interface Design {
  readonly model: ModelDesign;
  readonly train?: TrainingDesign | undefined;
}

/** A design, or why the value is none: one sentence. */
export type Checked<T> = { readonly ok: true; readonly design: T } | { readonly ok: false; readonly reason: string };

/** Checks what a sandbox returned; the value may be anything that JSON can hold. */
export function checkDesign(value: unknown): Checked<Design> {
  const parsed = designSchema.safeParse(value);
  if (parsed.success) return { ok: true, design: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") || "the source";
  return { ok: false, reason: `${place.slice(0, 100)}: ${issue?.message.slice(0, 200) ?? "not a design"}` };
}
