/** The writing stage: n sources out of one, by the code model or, as a control, by the generator of its training data. */
import { printable } from "../../../core/printable.ts";
import { createRandom } from "../../../core/numerics/random.ts";
import type { CodeModel } from "../../../reprogram/code-model/code-model.ts";
import type { Design } from "../../../reprogram/design/design.ts";
import type { CodeCorpus } from "./code-corpus.ts";
import { distinctTexts } from "./distinct-texts.ts";
import type { Stage, WritingPlace, Written } from "../experiment.ts";
import type { RewardWriter } from "./reward-writer.ts";
import type { ReprogramSettings } from "../settings.ts";

export interface WritingOptions {
  readonly corpus: CodeCorpus;
  readonly settings: ReprogramSettings;
  readonly source: string;
  readonly design: Design;
  readonly place: WritingPlace;
  readonly stage: Stage;
  /** Writes with what the model has learned from rewards. */
  readonly rewards?: RewardWriter | undefined;
}

/** Candidates for one place; `model` is not asked in the control arm. */
export async function writtenBy(model: CodeModel | undefined, options: WritingOptions): Promise<Written[]> {
  const { settings, source, place, stage, rewards } = options;
  stage.report("writing candidates", 0);
  const isControl = model === undefined || settings.arm === "random";
  const asked = isControl ? refined(options) : (rewards?.write(model, options) ?? generated(model, options));
  const texts = await asked;
  stage.report("writing candidates", 1);
  return texts.map((one) => ({ ...one, description: describeChange(source, one.text, place.iteration) }));
}

type Text = Omit<Written, "description">;

async function generated(model: CodeModel, { settings, source, place }: WritingOptions): Promise<Text[]> {
  const { temperature, topP } = settings.codeModel;
  const draw = async (round: number) => {
    const seed = [settings.seed, place.iteration, ...(round === 0 ? [] : [round])].join("/");
    const [texts = []] = await model.generate([source], { n: place.count, seed, temperature, topP });
    return texts.map((text) => ({ text }));
  };
  return [...(await distinctTexts(draw, place)).texts];
}

/** A design that the family cannot refine, as it is of another kind or far out of range, is handed on as it is. */
async function refined({ settings, corpus, source, design, place }: WritingOptions): Promise<Text[]> {
  const random = createRandom(settings.seed).fork(`refine/${place.iteration}`);
  const draw = (round: number) =>
    Array.from({ length: place.count }, (_, i) => {
      const text = corpus.family.refine(design, random.fork(round * place.count + i));
      return { text: text ?? source };
    });
  return [...(await distinctTexts(draw, place)).texts];
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
