/**
 * The frozen evaluator: bits per byte of a model on text that the program never sees. Bits are −log2 of the probability
 * of each byte, summed over every byte and divided by their number; the softmax is computed here, in double precision.
 * The text is cut into windows of the model's context; a window's first byte is predicted from the byte before it.
 */
import { createRandom, wasmBackend, type Session } from "strop/nn";
import type { Evaluation, Scores } from "strop/task";
import { createDisguise } from "./look-ahead.ts";
import { acceptModel, type AcceptedModel } from "./model-check.ts";

const newline = 10;

/** Throws, with the reason, when there is no model or one that may not be scored. */
export default async function evaluate({ data, assets, outputs }: Evaluation): Promise<Scores> {
  const [text] = Object.values(data);
  if (text === undefined || text.length === 0)
    throw new Error("expected a validation text in the task's data, found none");
  const model = acceptModel(outputs["model.onnx"]);
  const session = await wasmBackend(assets).open(model.file);
  const bits = await scoreText(text, model, session);
  return { val_bpb: bits / text.length, model_bytes: model.file.length };
}

/** Σ −log2 p over the text. Every batch is run again in disguise, to see whether the model looks ahead. */
async function scoreText(text: Uint8Array, model: AcceptedModel, session: Session): Promise<number> {
  const { rows, context } = model;
  // Depends on text that the program cannot see and on every weight that it trained.
  const random = createRandom(`${checksum(text)} ${checksum(model.file)}`);
  const disguise = createDisguise(text, { rows, context, random });
  const windows = Math.ceil(text.length / context);
  // So many that every position is a cut at least once: a pass cuts at least half of its rows, each at another position.
  const passes = Math.ceil((2 * context) / windows);
  let bits = 0;
  for (let first = 0; first < windows; first += rows) {
    const batch = windowsFrom(text, { first, rows, context });
    const logits = await predict(session, model, batch);
    for (let i = 0; i < logits.length / 256; i++) {
      const target = text[first * context + i];
      if (target !== undefined) bits += bitsOf(logits.subarray(i * 256, i * 256 + 256), target);
    }
    for (let pass = 0; pass < passes; pass++) {
      const disguised = disguise(batch);
      disguised.compare(logits, await predict(session, model, disguised.bytes));
    }
  }
  return bits;
}

/** Rows of `context` bytes, each starting one byte before the window it predicts; past the end the text begins again. */
function windowsFrom(
  text: Uint8Array,
  { first, rows, context }: { first: number; rows: number; context: number },
): Int32Array {
  return Int32Array.from({ length: rows * context }, (_, i) => {
    const before = first * context + i - 1;
    return before < 0 ? newline : text[before % text.length]!;
  });
}

async function predict(session: Session, model: AcceptedModel, bytes: Int32Array): Promise<Float32Array> {
  const { rows, context, input, output, dtype } = model;
  const data = dtype === "int32" ? bytes : BigInt64Array.from(bytes, BigInt);
  const { [output]: logits } = await session.run({ [input]: { dtype, shape: [rows, context], data } });
  const shape = logits?.shape.join();
  if (!(logits?.data instanceof Float32Array) || shape !== `${rows},${context},256`)
    throw new Error(`expected float logits of shape ${rows},${context},256, found ${logits?.dtype} of shape ${shape}`);
  requireFinite(logits.data);
  return logits.data;
}

/** A plain loop: there are twenty million of them. */
function requireFinite(logits: Float32Array): void {
  for (const logit of logits) if (!Number.isFinite(logit)) throw new Error(`expected finite logits, found ${logit}`);
}

/** −log2 softmax(logits)[target] */
function bitsOf(logits: Float32Array, target: number): number {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  return (Math.log(total) + largest - logits[target]!) / Math.LN2;
}

/** FNV-1a, 32 bits. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
