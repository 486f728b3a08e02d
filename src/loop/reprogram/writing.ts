/** The writing stage: n sources out of one, by the code model or, as a control, by the generator of its training data. */
import { printable } from "../../core/printable.ts";
import { createRandom } from "../../core/random.ts";
import type { CodeModel } from "../../reprogram/code-model/code-model.ts";
import type { Design } from "../../reprogram/design/design.ts";
import type { CodeCorpus } from "./code-corpus.ts";
import type { Stage, Written } from "./experiment.ts";
import type { ReprogramSettings } from "./settings.ts";

export interface WritingOptions {
  readonly corpus: CodeCorpus;
  readonly settings: ReprogramSettings;
  readonly source: string;
  readonly design: Design;
  readonly iteration: number;
  readonly stage: Stage;
}

/** Candidates for one iteration; `model` is not asked in the control arm. */
export async function writtenBy(model: CodeModel | undefined, options: WritingOptions): Promise<Written[]> {
  const { settings, source, iteration, stage } = options;
  stage.report("writing candidates", 0);
  const texts = model === undefined || settings.arm === "random" ? refined(options) : await generated(model, options);
  stage.report("writing candidates", 1);
  return texts.map((text) => ({ text, description: describeChange(source, text, iteration) }));
}

async function generated(model: CodeModel, { settings, source, iteration }: WritingOptions): Promise<string[]> {
  const { temperature, topP } = settings.codeModel;
  const seed = `${settings.seed}/${iteration}`;
  const [texts] = await model.generate([source], { n: settings.candidates, seed, temperature, topP });
  return texts ?? [];
}

/** A design of another kind than the family's cannot be refined by it: it is handed on as it is. */
function refined({ settings, corpus, source, design, iteration }: WritingOptions): string[] {
  const random = createRandom(settings.seed).fork(`refine/${iteration}`);
  return Array.from({ length: settings.candidates }, (_, i) => corpus.family.refine(design, random.fork(i)) ?? source);
}

const LONGEST = 70;

/** The lines that differ, for people: `feedForward: 1024, → feedForward: 1331,`. */
export function describeChange(from: string, to: string, iteration: number): string {
  const [before, after] = [from, to].map((text) => text.split("\n").map((line) => line.trim()));
  const gone = without(before as string[], after as string[]);
  const come = without(after as string[], before as string[]);
  if (gone.length === 0 && come.length === 0) return `iteration ${iteration}: unchanged`;
  const change = [gone.join(" ") || "nothing", come.join(" ") || "nothing"].map((text) => shortened(printable(text)));
  return change.join(" → ");
}

const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** Lines of `lines` that `others` does not have as often. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
