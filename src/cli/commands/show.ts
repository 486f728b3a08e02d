/** `strop show TRIAL`: everything the journal knows of one trial. */
import { printable } from "../../core/printable.ts";
import type { CurvePoint, TrialRecord } from "../../core/trial.ts";
import type { RunState } from "../../journal/state.ts";
import { unturned } from "../../report/escape.ts";
import { formatBytes, formatCount, formatScore } from "../../report/format.ts";
import { diffPrograms } from "../../workspace/diff.ts";
import { contestNote } from "../screen/contest-note.ts";
import { EXIT } from "../exit-code.ts";
import type { TrialName } from "../options.ts";
import { findTrial, readRun, type ReadRun } from "../read-run.ts";
import { bold, colourDiff, curveLine, dim } from "../screen/style.ts";

export interface ShowOptions {
  readonly folder: string;
  readonly run?: string;
  readonly json?: boolean;
}

const SHOWN_LINES = 40;

export function showCommand(name: TrialName, options: ShowOptions): number {
  const run = readRun(options.folder, options.run);
  try {
    const trial = findTrial(run, name);
    const curve = [...run.journal.curve(trial.trial)];
    const text = options.json === true ? JSON.stringify({ ...trial, curve }) : describe(run, trial, curve);
    process.stdout.write(`${text}\n`);
    return EXIT.done;
  } finally {
    run.journal.close();
  }
}

function describe(run: ReadRun, trial: TrialRecord, curve: readonly CurvePoint[]): string {
  const { outcome } = trial;
  const { metric } = run.state.task;
  const facts: [string, string][] = [
    ["edit", trial.description],
    ["proposer", trial.proposer],
    ["candidate", `${trial.candidate ?? "–"}${trial.parent === null ? "" : ` from ${trial.parent}`}`],
    ["outcome", outcome === null ? "open" : `${outcome.status}${outcome.reason === "" ? "" : `: ${outcome.reason}`}`],
    [metric.name, `${formatScore(outcome?.score)}${outcome?.selfReported === true ? " (self-reported)" : ""}`],
    ...meanFact(run.state, trial),
    ["verdict", verdictText(run.state, trial)],
    ...evidenceFacts(trial),
    ["seed", `${trial.seed}, attempt ${trial.attempts}`],
    ...diagnosticFacts(trial),
    ...(curve.length > 1
      ? [
          [
            "curve",
            `${curveLine(curve)} ${formatScore(curve[0]?.loss)} → ${formatScore(curve.at(-1)?.loss)} in ${curve.length} points`,
          ] as [string, string],
        ]
      : []),
  ];
  const diff = diffOf(run, trial);
  const tail = lastLines(outcome?.diagnostics.outputTail.trim() ?? "");
  return [
    bold(`trial ${trial.trial}`),
    ...facts.map(([name, value]) => `${dim(printable(name).padEnd(10))} ${unturned(printable(value))}`),
    ...(diff === "" ? [] : ["", colourDiff(diff.trimEnd())]),
    ...(tail === "" ? [] : ["", dim("it printed last"), unturned(printable(tail))]),
  ].join("\n");
}

/** The champion's score in `strop status`, where that is not its first run's. */
function meanFact({ champion }: RunState, { trial, outcome }: TrialRecord): [string, string][] {
  if (champion?.trial !== trial || champion.score === outcome?.score) return [];
  return [
    ["mean", `${formatScore(champion.score)} of ${formatCount(champion.runs, "run")}: its score as the champion`],
  ];
}

function verdictText(state: RunState, { trial, verdict }: TrialRecord): string {
  if (verdict !== null)
    return `${verdict.decision} (${verdict.rule}): ${verdict.reason}; reward ${verdict.reward.toFixed(4)}`;
  const contest = state.contests.find(({ record }) => record.trial === trial);
  return contest === undefined ? "–" : `none yet; ${contestNote(contest, state.task.metric.direction)}`;
}

function evidenceFacts({ verdict }: TrialRecord): [string, string][] {
  if (verdict?.evidence === undefined) return [];
  const { gain, error, pairs, opponent, logEvidence, level } = verdict.evidence;
  const factor = (log: number) => (log > 20 ? `10^${Math.round(log / Math.LN10)}` : Math.exp(log).toPrecision(2));
  return [
    [
      "evidence",
      `gain ${formatScore(gain)} ± ${formatScore(error)} in ${pairs} ${pairs === 1 ? "pair" : "pairs"}${opponent === undefined ? "" : ` beside trial ${opponent}`}; e-value ${factor(logEvidence)}, needed ${factor(-Math.log(level))}`,
    ],
  ];
}

function diagnosticFacts({ outcome }: TrialRecord): [string, string][] {
  if (outcome === null) return [];
  const { wallSeconds, trainSeconds, cpuSeconds, peakMemoryBytes } = outcome.diagnostics;
  const metrics = Object.entries(outcome.metrics).map(([name, value]) => `${name} ${formatScore(value)}`);
  // What was not measured is 0: not every trial is a run of one program.
  const times = [
    `${wallSeconds.toFixed(2)} s wall`,
    ...(trainSeconds > 0 ? [`${trainSeconds.toFixed(2)} s training`] : []),
    ...(cpuSeconds > 0 ? [`${cpuSeconds.toFixed(2)} s CPU`] : []),
  ];
  return [
    ...(wallSeconds > 0 ? [["time", times.join(", ")] as [string, string]] : []),
    ...(peakMemoryBytes > 0 ? [["memory", formatBytes(peakMemoryBytes)] as [string, string]] : []),
    ...(metrics.length > 0 ? [["metrics", metrics.join(", ")] as [string, string]] : []),
  ];
}

function diffOf({ journal }: ReadRun, trial: TrialRecord): string {
  if (trial.parent === null || trial.candidate === null) return "";
  return diffPrograms(journal.program(trial.parent), journal.program(trial.candidate));
}

/** The text is a tail of bytes, so that its first line may be a part of one. */
function lastLines(text: string): string {
  const lines = text.split("\n");
  return lines.slice(lines.length > SHOWN_LINES ? -SHOWN_LINES : 0).join("\n");
}
