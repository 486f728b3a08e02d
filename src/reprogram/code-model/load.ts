/** Code models in files: values as safetensors, and in its metadata all that is needed to build the network again. */
import { z } from "zod";

import { messageOf, StropError } from "../../core/errors.ts";
import { decodeSafetensors, type Backend } from "../../nn/index.ts";
import { checkDesign, type Design } from "../design/design.ts";
import { DEFAULT_LIMITS, excess } from "../design/limits.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";
import { createCodeModel, SCALES, type CodeModel, type Scale } from "./code-model.ts";

const number = z.int().min(0).max(1_000_000);
const formSchema = z.strictObject({
  design: z.unknown(),
  merges: z.array(z.tuple([number, number])).max(100_000),
  scale: z.literal(Object.keys(SCALES) as (keyof typeof SCALES)[]),
  length: number,
});

/** What a saved model is, without its values. */
export interface CodeModelForm {
  readonly design: Design;
  readonly tokenizer: Tokenizer;
  readonly scale: Scale;
  readonly length: number;
}

/** @throws StropError `reprogram.bad-model` or `nn.bad-checkpoint` when the bytes are not what `CodeModel.save` wrote. */
export function readForm(bytes: Uint8Array): CodeModelForm {
  const { design, merges, ...form } = formOf(decodeSafetensors(bytes).metadata["model"] ?? "");
  const checked = checkDesign(design);
  if (!checked.ok) throw damaged(checked.reason);
  const tokenizer = createTokenizer(merges);
  const monster = excessOf(checked.design, tokenizer, form);
  if (monster !== undefined) throw damaged(monster);
  return { ...form, design: checked.design, tokenizer };
}

/** Before anything is built. What is no transformer is refused by whoever builds it. */
function excessOf(design: Design, { size }: Tokenizer, { scale, length }: Pick<CodeModelForm, "scale" | "length">) {
  if (design.model.kind !== "transformer") return undefined;
  const setting = { kind: "transformer", width: SCALES[scale], vocabulary: size, length } as const;
  // What it may learn and how long is no matter here.
  return excess(design, setting, { ...DEFAULT_LIMITS, workPerSample: Infinity, steps: Infinity });
}

/** The model that `CodeModel.save` wrote. It generates what the saved one would; training begins with a fresh optimiser. Throws as `readForm`. */
export async function loadCodeModel(bytes: Uint8Array, { backend }: { readonly backend: Backend }): Promise<CodeModel> {
  const { design, tokenizer, ...form } = readForm(bytes);
  return createCodeModel(design, tokenizer, { backend, seed: 0, ...form, values: bytes });
}

function formOf(text: string): z.infer<typeof formSchema> {
  try {
    return formSchema.parse(JSON.parse(text));
  } catch (thrown) {
    throw damaged(messageOf(thrown));
  }
}

const damaged = (found: string) =>
  new StropError("reprogram.bad-model", `expected a saved code model, found ${found.slice(0, 300)}`, {
    hint: "Use a file that strop reprogram wrote, or train again.",
  });
