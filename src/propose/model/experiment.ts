/**
 * One experiment as a model reads it: what was tried, what came of it and why. The same trial always gives the same text,
 * so that a prompt grows at its end only.
 */
import { megabytes, shortNumber } from "../../core/figures.ts";
import type { Diagnostics, Outcome, TrialRecord } from "../../core/trial.ts";
import type { ProposerContext } from "../types.ts";
import { lineOf, parentOf } from "./history.ts";
import { fenced, firstLines, quotedLine, quotedLog } from "./quote.ts";
import { diffReader } from "./trial-diffs.ts";

/** Characters that one experiment may take. */
export interface Detailing {
  readonly diff: number;
  readonly log: number;
}

const METRICS = 6;
/** Trials of the champion's line that are named. */
const LONGEST_LINE = 16;

/** How the trials of a context are shown. */
export function experimentRenderer(context: ProposerContext): (record: TrialRecord, detailing: Detailing) => string {
  const diffOf = diffReader(context);
  return (record, { diff: diffLimit, log }) => {
    const { outcome } = record;
    const diff = diffLimit === 0 ? "" : diffOf(record);
    return [
      `## ${headline(record)}\n`,
      originLine(record, context),
      record.trial === 0 ? "" : `Idea: ${quotedLine(record.description, 200)}\n`,
      resultLine(record),
      diff === "" ? "" : fenced(firstLines(diff, diffLimit), "diff"),
      outcome?.status === "scored" ? "" : endOfOutput(outcome, log),
    ].join("");
  };
}

/** What a program was made from: with several workers that is often not what it was judged against. */
function originLine(record: TrialRecord, context: ProposerContext): string {
  const parent = record.candidate === null ? undefined : parentOf(record, context);
  const score = parent?.outcome?.score ?? null;
  return parent === undefined || score === null ? "" : `From: trial ${parent.trial}, ${shortNumber(score)}\n`;
}

/** What a run printed last, at most `limit` characters, as data; "" for one that printed nothing or has not ended. */
export function endOfOutput(outcome: Outcome | null | undefined, limit: number): string {
  const output = quotedLog(outcome?.diagnostics.outputTail ?? "", limit);
  return output === "" ? "" : `Its output ended:\n${output}`;
}

/** `Trial 12: keep, 0.9187`. */
export function headline({ trial, outcome, verdict }: TrialRecord): string {
  const what = trial === 0 ? "Trial 0, the baseline" : `Trial ${trial}`;
  if (outcome === null) return `${what}: running`;
  const decision = verdict === null ? "not decided yet" : verdict.decision;
  return outcome.score === null
    ? `${what}: ${outcome.status}`
    : `${what}: ${shortNumber(outcome.score)}, ${trial === 0 ? "the start" : decision}`;
}

/** The judge's words, or what went wrong, and what it took. */
function resultLine({ outcome, verdict }: TrialRecord): string {
  if (outcome === null) return "";
  const reason = outcome.reason === "" ? (verdict?.reason ?? "") : outcome.reason;
  const said = reason === "" ? "" : `Result: ${quotedLine(reason)}\n`;
  if (outcome.status === "invalid") return said;
  return `${said}Took ${diagnosticsOf(outcome.diagnostics)}${metricsOf(outcome.metrics)}.\n`;
}

/** `5.2 s of training, 6.1 s in all, 312 MB`. */
export const diagnosticsOf = ({ trainSeconds, wallSeconds, peakMemoryBytes }: Diagnostics): string =>
  `${seconds(trainSeconds)} of training, ${seconds(wallSeconds)} in all, ${megabytes(peakMemoryBytes)}`;

const seconds = (value: number): string => `${Number(value.toPrecision(2))} s`;

/** Names come from the program, so only plain ones are shown. */
function metricsOf(metrics: Readonly<Record<string, number>>): string {
  const plain = Object.entries(metrics).filter(
    ([name, value]) => /^[\w.-]{1,40}$/.test(name) && Number.isFinite(value),
  );
  return plain
    .slice(0, METRICS)
    .map(([name, value]) => `; ${name} ${shortNumber(value)}`)
    .join("");
}

/** Which edits the champion holds and need not be made again; "" for the baseline. */
export function heldLine(context: ProposerContext): string {
  const line = lineOf(context).map(({ trial }) => trial);
  if (line.length === 0) return "";
  const [earlier, shown] = [line.length - LONGEST_LINE, line.slice(-LONGEST_LINE).join(", ")];
  return ` It holds what ${line.length === 1 ? "trial" : "trials"} ${shown} changed${earlier > 0 ? `, and ${earlier} before` : ""}.`;
}
