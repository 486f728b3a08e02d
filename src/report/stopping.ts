/** What early stopping did in a run, as plain sentences for the status and the report. */
import type { StoppingReport } from "../judge/stopping-report.ts";
import { formatCount, formatDuration, grouped } from "./format.ts";

/** One sentence, or two when stops were audited; none when nothing was or would have been stopped. */
export function stoppingNotes(report: StoppingReport): string[] {
  const { stopped, audited, executed, badShare, abortShare, savedSeconds, gain, predictedGain } = report;
  if (stopped + audited === 0) return [];
  const saved = `saved ${formatDuration(savedSeconds * 1000)} of training`;
  const notes = [
    `Early stopping: ${grouped(stopped)} of ${formatCount(executed, "trial")} stopped, ${saved}, ${gain.toFixed(2)}× the trials per hour. ` +
      `Hopeless were ${percent(badShare)} (p_bad), after ${share(abortShare)} of their time (μ_abort): ` +
      `eq. 9 of docs/self-evaluation.md predicts ${factor(predictedGain)}.`,
  ];
  if (audited > 0) notes.push(auditNote(report));
  return notes;
}

function auditNote({ audited, falseAborts, falseAbortRate }: StoppingReport): string {
  const range = `${percent(falseAbortRate.low)} to ${percent(falseAbortRate.high)} at 95 %`;
  return `Audit: ${grouped(falseAborts)} of ${grouped(audited)} would-be stops that ran on beat the champion (${range}).`;
}

const share = (value: number): string => (Number.isFinite(value) ? percent(value) : "an unknown share");
const factor = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)}×` : "nothing");
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
