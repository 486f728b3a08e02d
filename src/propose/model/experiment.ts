/**
 * One experiment as a model reads it: what was tried, what came of it and why. The same trial always gives the same text,
 * so that a prompt grows at its end only.
 */
import type { Edit, ProgramFiles } from "../../core/edit.ts";
import { megabytes, shortNumber } from "../../core/figures.ts";
import { bareLines } from "../../core/edits/text-lines.ts";
import type { CandidateId, Diagnostics, Outcome, TrialRecord } from "../../core/trial.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import type { ProposerContext } from "../types.ts";
import { fenced, firstLines, quotedLine, quotedLog } from "./quote.ts";

/** Characters that one experiment may take. */
export interface Detailing {
  readonly diff: number;
  readonly log: number;
}

const METRICS = 6;

/** `diff` is what the edit changed (see `diffReader`). */
export function renderExperiment(record: TrialRecord, diff: string, { diff: diffLimit, log }: Detailing): string {
  const { outcome } = record;
  return [
    `## ${headline(record)}\n`,
    record.trial === 0 ? "" : `Idea: ${quotedLine(record.description, 200)}\n`,
    resultLine(record),
    diff === "" || diffLimit === 0 ? "" : fenced(firstLines(diff, diffLimit), "diff"),
    outcome?.status === "scored" ? "" : endOfOutput(outcome, log),
  ].join("");
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

/** What each trial changed, as a diff against its parent, or as its edit was written where that did not apply. */
export function diffReader(context: ProposerContext): (record: TrialRecord) => string {
  const shown = [...context.history, ...context.pending];
  const known = new Set<CandidateId | null>([
    ...shown.map(({ candidate }) => candidate),
    context.champion.candidate,
    context.baseline.candidate,
  ]);
  const read = (id: CandidateId | null): ProgramFiles | null =>
    id !== null && known.has(id) ? context.program(id) : null;
  const texts = new Map<number, string>();
  return (record) => {
    const found = texts.get(record.trial);
    if (found !== undefined) return found;
    const [before, after] = [read(record.parent), read(record.candidate)];
    const text =
      before !== null && after !== null
        ? diffPrograms(before, after).replaceAll(/^diff --git .*\n/gm, "")
        : asWritten(record.edit);
    texts.set(record.trial, text);
    return text;
  };
}

function asWritten(edit: Edit | null): string {
  if (edit === null) return "";
  if (edit.kind === "unified-diff") return edit.diff;
  const parts =
    edit.kind === "whole-files"
      ? edit.files.map(({ path, text }) => `--- ${path}\n${text === null ? "" : marked("+", text)}`)
      : edit.blocks.map(
          ({ path, search, replace }) => `--- ${path || "(no path)"}\n${marked("-", search)}${marked("+", replace)}`,
        );
  return parts.join("");
}

const marked = (mark: string, text: string): string =>
  bareLines(text)
    .map((line) => `${mark}${line}\n`)
    .join("");
