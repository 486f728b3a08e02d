/** What a code model of a run learns from: pairs of a family, a tokenizer learned from them, and the lengths that follow. */
import { lengthFor } from "../../../reprogram/code-model/batch.ts";
import { SCALES } from "../../../reprogram/code-model/code-model.ts";
import type { TextSetting } from "../../../reprogram/design/limits.ts";
import type { Family, RefinementPair } from "../../../reprogram/families/family.ts";
import { drawRefinements } from "../../../reprogram/refinements.ts";
import { learnTokenizer, type Tokenizer } from "../../../reprogram/tokenizer/tokenizer.ts";
import type { ReprogramSettings } from "../settings.ts";

export interface CodeCorpus {
  readonly family: Family;
  /** In the order in which they are learned from. */
  readonly pairs: readonly RefinementPair[];
  /** Pairs that nobody learns from. */
  readonly validation: readonly RefinementPair[];
  readonly tokenizer: Tokenizer;
  /** Symbols of the longest text with its end symbol. */
  readonly length: number;
}

const VALIDATION_PAIRS = 128;
/** Texts that the tokenizer is learned from. */
const READ_PAIRS = 512;

export function codeCorpus(family: Family, { seed, codeModel }: ReprogramSettings): CodeCorpus {
  const pairs = drawRefinements(family, { seed, count: codeModel.samples });
  const validation = drawRefinements(family, { seed: `${seed}/validation`, count: VALIDATION_PAIRS });
  const texts = [...pairs, ...validation].flatMap(({ source, target }) => [source, target]);
  const tokenizer = learnTokenizer(texts.slice(0, 2 * READ_PAIRS));
  return { family, pairs, validation, tokenizer, length: lengthFor(tokenizer, [...texts, family.initial]) };
}

/** Why a code model of this corpus cannot read a source, and so not write from it; undefined when it can. */
export const unreadable = (source: string, { tokenizer, length }: CodeCorpus): string | undefined =>
  tokenizer.encode(source).length < length ? undefined : `longer than the ${length - 1} symbols that a model can read`;

export const textSetting = ({ tokenizer, length }: CodeCorpus, { codeModel }: ReprogramSettings): TextSetting => ({
  kind: "transformer",
  width: SCALES[codeModel.scale],
  vocabulary: tokenizer.size,
  length,
});
