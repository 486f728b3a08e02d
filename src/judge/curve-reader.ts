/**
 * Reads step reports out of a program's output while it streams: any line that has a step, or the place of a progress
 * bar, and a loss, as autoresearch, nanoGPT, tqdm, Lightning, transformers, tutorials and JSON lines have them, also ended
 * by carriage returns. Memory is bounded whatever arrives: a line is remembered up to LONGEST_LINE characters.
 */
import { cleanLine, LONGEST_LINE, printedNumber } from "./printed-lines.ts";

/** One reported step. The reader has no clock; whoever feeds it knows when the text arrived. */
export interface StepReport {
  readonly step: number;
  /** As claimed; may be NaN or infinite, which is a sign of divergence. */
  readonly loss: number;
}

export interface CurveReader {
  /** Reports completed by this piece of output, in order. */
  push(text: string): readonly StepReport[];
  /** The report of a last line without an end, if it is one. */
  end(): readonly StepReport[];
}

export function createCurveReader(): CurveReader {
  let pending = "";
  let isTraining = false;
  const complete = (line: string): StepReport[] => {
    const report = parseStep(cleanLine(line));
    if (report === null || (report.isValidation && isTraining)) return [];
    isTraining ||= !report.isValidation;
    return [{ step: report.step, loss: report.loss }];
  };
  return {
    push(text) {
      const pieces = text.split(/[\r\n]/);
      const last = pieces.pop() ?? "";
      const reports = pieces.flatMap((piece, i) => complete(i === 0 ? pending + piece : piece));
      if (pieces.length > 0) pending = "";
      // What exceeds the longest line is dropped: no report starts that late.
      pending += last.slice(0, Math.max(0, LONGEST_LINE - pending.length));
      return reports;
    },
    end() {
      const reports = complete(pending);
      pending = "";
      return reports;
    },
  };
}

/** Patterns are tried on whatever a candidate prints: no two blanks in a row may be taken by either of two parts of one. */
/** `step 10`, `Epoch [3/10]`, `'epoch': 0.5`. */
const STEP = /(?:\b|_)(?:step|iter|iteration|epoch)\b["']?(?:[ \t]*[:=#])?(?:[ \t]*\[)?[ \t]*["']?(\d{1,15})/i;
/** How far a progress bar is, or a tutorial's print: `45/100 [00:01<00:01, loss=2.3]`, `45it [00:01, loss=2.3]`, `[1,  2000] loss: 2.3`. */
const BAR = /(?:^|[ |[])(\d{1,15})(?:\/\d+|it|, +\d+)(?=[\] :])/;
/** `loss 4.5`, `train_loss_step=4.5`, `"train/loss": 4.5`, `Loss: tensor(4.5)`, `loss 1,234.5`: what kind of loss, and the number. */
const LOSS =
  /(?<![a-z])(?:([a-z]{1,12})[_/ .-]{1,2})?loss(?:_(?:step|epoch))?["']?(?:[ \t]*[:=])?[ \t]*(?:tensor\()?["']?([-+]?\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d*)?|[-+]?[\w.][\w.+-]{0,40})/gi;
const OF_TRAINING = /^(?:|tr|train|training|avg|average|mean|running|total|smooth)$/i;
const OF_VALIDATION = /^(?:val|valid|validation|eval|evaluation|test|dev)$/i;

interface Line extends StepReport {
  /** What is measured now and then lies on no curve with what is measured at every step. */
  readonly isValidation: boolean;
}

/** The report in one line, or null. Of several losses the one that is trained on, else the first. */
function parseStep(line: string): Line | null {
  const step = (STEP.exec(line) ?? BAR.exec(line))?.[1];
  if (step === undefined) return null;
  const losses = [...line.matchAll(LOSS)].flatMap(([, kind = "", text = ""]) => {
    const loss = printedNumber(text.replaceAll(/,|\.$/g, ""));
    return loss === undefined ? [] : [{ kind, loss }];
  });
  const isValidation = ({ kind }: { readonly kind: string }) => OF_VALIDATION.test(kind);
  const found =
    losses.find(({ kind }) => OF_TRAINING.test(kind)) ?? losses.find((one) => !isValidation(one)) ?? losses[0];
  return found === undefined ? null : { step: Number(step), loss: found.loss, isValidation: isValidation(found) };
}
