/**
 * Reads step reports out of a program's output while it streams. Knows the lines of autoresearch
 * (`step 00010 (3.2%) | loss: 4.512 | …`, ended by a carriage return), `step=10 loss=4.5`, `iter 10: loss 4.5`
 * and JSON lines. Memory is bounded whatever arrives: a line is remembered up to LONGEST_LINE characters.
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
  const complete = (line: string): StepReport[] => {
    const report = parseStep(cleanLine(line));
    return report === null ? [] : [report];
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

const STEP = /\b(?:step|iter|iteration|epoch)\b["']?[ \t]*[:=#]?[ \t]*(\d{1,15})/i;
const LOSS = /\b(?:train_|train\/)?loss\b["']?[ \t]*[:=]?[ \t]*([-+]?[\w.][\w.+-]{0,40})/i;

/** The report in one line, or null. */
function parseStep(line: string): StepReport | null {
  if (line.trimStart().startsWith("{")) return parseJsonStep(line);
  const step = STEP.exec(line)?.[1];
  const loss = printedNumber(LOSS.exec(line)?.[1] ?? "");
  return step === undefined || loss === undefined ? null : { step: Number(step), loss };
}

function parseJsonStep(line: string): StepReport | null {
  let value: unknown;
  try {
    // Python writes NaN and Infinity, which JSON has not.
    value = JSON.parse(line.replace(/:\s*NaN\b/g, ':"nan"').replace(/:\s*(-?)Infinity\b/g, ':"$1inf"'));
  } catch {
    return null; // A line that merely begins with a brace is not a report.
  }
  const { step, loss } = (value ?? {}) as { step?: unknown; loss?: unknown };
  const number = typeof loss === "number" ? loss : printedNumber(String(loss));
  return typeof step === "number" && Number.isFinite(step) && number !== undefined ? { step, loss: number } : null;
}
