/** What the loops use of this room: sources and their families, datasets, and the model that reads and writes sources. */
export { batchOf, lengthFor, type Batch, type BatchSize } from "./code-model/batch.ts";
export { createCodeModel, SCALES } from "./code-model/code-model.ts";
export type { CodeModel, CodeModelOptions, Scale } from "./code-model/code-model.ts";
export { clipNormOf, optimizerOf, scheduleOf } from "./code-model/learning.ts";
export { loadCodeModel } from "./code-model/load.ts";
export type { GenerateOptions } from "./code-model/writer.ts";
export type { Checked, Design, LayerDesign, ModelDesign, NetworkDesign } from "./design/design.ts";
export type { TrainingDesign, TransformerDesign } from "./design/design.ts";
export { DEFAULT_BATCH, DEFAULT_LIMITS, sizeOfDesign } from "./design/limits.ts";
export type { DesignLimits, DesignSize, Setting, TextSetting } from "./design/limits.ts";
export { planNetwork, type ImageSetting, type NetworkPlan, type PlannedLayer } from "./design/network-plan.ts";
export { families, familyNamed } from "./families/families.ts";
export { countChanges, type Family, type RefinementPair, type Settings } from "./families/family.ts";
export { drawRefinements, type RefinementOptions } from "./refinements.ts";
export { runSource, type RunSourceOptions } from "./source/run-source.ts";
export { createTokenizer, learnTokenizer, type Merge, type Tokenizer } from "./tokenizer/tokenizer.ts";
