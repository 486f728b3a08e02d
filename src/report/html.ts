/**
 * The report of a run: one self-contained HTML page, no scripts, no network. Everything a program printed or a proposer
 * wrote is escaped: a candidate must not be able to speak through the report.
 */
import { isBetter } from "../core/metric.ts";
import type { Task } from "../core/task.ts";
import type { TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import { chartHtml, type ChartPoint, type ChartSeries, pointOf } from "./pictures/chart.ts";
import { diffHtml } from "./diff-html.ts";
import { escapeXml, shortened } from "./escape.ts";
import { stoppingTally } from "../judge/stopping-report.ts";
import { formatChange, formatCount, formatDuration, formatScore, grouped } from "./format.ts";
import { baselineNoise } from "./keeping.ts";
import { nothingYet, prospect } from "./prospect.ts";
import { STYLE } from "./style.ts";
import { gainTable, metricsTable, proposerTable, trialRow, trialTable } from "./trial-tables.ts";
import { trustList } from "./trust.ts";

export interface ReportData {
  readonly state: RunState;
  /** Every trial, ascending. Read once. */
  readonly trials: Iterable<TrialRecord>;
  /** Unified diff from the baseline to the champion. */
  readonly diff: string;
  /** Other runs of the same task to draw beside, such as the random baseline. */
  readonly beside: readonly ChartSeries[];
  /** What a reader should know besides, as plain sentences. */
  readonly notes?: readonly string[];
  /** What is going on in the run at this moment, as plain text; empty in between. */
  readonly now?: string;
}

/** The newest trials that are in the table, and the newest of the kept ones before them. */
const SHOWN = { newest: 300, kept: 300 };

export function reportHtml(data: ReportData): string {
  const { state, beside } = data;
  const { points, rows, kept, metrics, stopping } = readTrials(data);
  const { task, run } = state;
  const chart = chartHtml({
    points,
    series: [{ label: `${run}: ${task.proposer}`, champions: state.champions }, ...beside],
    metric: task.metric.name,
    direction: task.metric.direction,
    lastTrial: state.nextTrial - 1,
    noise: baselineNoise(state)?.deviation,
  });
  const gains = gainTable(state, kept);
  return page(`strop: ${task.name}`, [
    `<header><p class="soft"><bdi>${escapeXml(task.name)}</bdi> · ${escapeXml(run)}</p>${headline(state)}${paragraph(state.ended === null ? (data.now ?? "") : `Ended: ${state.ended}.`)}</header>`,
    chart,
    paragraph(prospect(state)),
    "<h2>Can it be trusted?</h2>",
    trustList(state, stopping, data.notes),
    ...(gains === "" ? [] : ["<h2>What helped</h2>", gains]),
    "<h2>The champion's diff</h2>",
    data.diff === "" ? `<p class="soft">${noDiff(state)}</p>` : diffHtml(data.diff),
    proposerTable(state),
    metrics,
    "<h2>Trials</h2>",
    rows.length === 0 ? `<p class="soft">None has begun.</p>` : trialTable(rows.toReversed()),
    rows.length < state.nextTrial
      ? `<p class="soft">The newest and the kept of ${grouped(state.nextTrial)}; <code>strop log --all</code> has every one, <code>strop show</code> all of one.</p>`
      : "",
    provenance(state),
  ]);
}

function readTrials({ trials, state }: ReportData) {
  const points: ChartPoint[] = [];
  const kept = new Map<number, TrialRecord>();
  const shown: TrialRecord[] = [];
  const stops = stoppingTally(state.task.metric.direction);
  const firstNew = state.nextTrial - SHOWN.newest;
  for (const trial of trials) {
    stops.add(trial);
    const point = pointOf(trial);
    if (point !== undefined) points.push(point);
    if (trial.verdict?.decision === "keep") kept.set(trial.trial, trial);
    if (trial.trial >= firstNew) shown.push(trial);
  }
  const before = [...kept.values()].filter(({ trial }) => trial < firstNew).slice(-SHOWN.kept);
  // A task's own metrics are what its program says; those of the other loops are what the host has measured.
  const metrics = state.task.settings === undefined ? "" : metricsTable(shown);
  return { points, kept, metrics, rows: [...before, ...shown].map(trialRow), stopping: stops.report() };
}

function headline(state: RunState): string {
  const { champion, baselineScore, task } = state;
  const metric = `<bdi>${escapeXml(task.metric.name)}</bdi>`;
  if (champion === null || baselineScore === null)
    return `<h1>${metric}: no score yet</h1><p>${tally(state)}</p>${whyNot(state)}`;
  if (champion.trial === 0) {
    return `<h1>${metric} ${formatScore(champion.score)}: ${nothingYet(state)}</h1><p>${tally(state)}</p>`;
  }
  const change = formatChange(baselineScore, champion.score);
  const isGain = isBetter(task.metric.direction, champion.score, baselineScore);
  return (
    `<h1>${metric} <span class="from">${formatScore(baselineScore)} →</span> <strong>${formatScore(champion.score)}</strong> ` +
    `<span class="${isGain ? "change" : "soft"}">${change}</span></h1><p>${tally(state)} The champion is <a href="#t${champion.trial}">trial ${champion.trial}</a>.</p>`
  );
}

/** Without a score of the baseline nothing can be better than it: what went wrong is the news. */
function whyNot({ recent }: RunState): string {
  const { status, reason = "" } = recent.find(({ trial }) => trial === 0)?.outcome ?? {};
  const [first = ""] = reason.split("\n");
  const said = first === "" ? "" : `: ${shortened(first, 240, 0)}`;
  return status === undefined ? "" : `<p class="failed">The baseline ended as ${status}${escapeXml(said)}</p>`;
}

function tally({ counts, contests, open, nextTrial, activeMs }: RunState): string {
  if (nextTrial <= 1) return "No edit has been tried yet.";
  const parts: [number, string][] = [
    [Math.max(0, counts.kept - 1), "kept"],
    [counts.scored - counts.kept, "tried in vain"],
    [counts["stopped-early"], "stopped early"],
    [counts.crashed + counts["timed-out"], "failed"],
    [counts.invalid, "not valid"],
    [contests.length, "in question"],
    [open.length, "not finished"],
  ];
  const words = parts.filter(([count], i) => i === 0 || count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
  return `${formatCount(nextTrial - 1, "edit")} in ${formatDuration(activeMs)}: ${words.join(", ")}.`;
}

function noDiff({ champion, baseline }: RunState): string {
  if (champion === null) return "There is none while nothing has a score.";
  return champion.trial > 0 && baseline === ""
    ? "The programs of an imported run are not known."
    : "No edit was kept: the champion is the baseline.";
}

const paragraph = (text: string): string => (text === "" ? "" : `<p class="soft">${escapeXml(text)}</p>`);

function provenance(state: RunState): string {
  const started = new Date(state.startedAt).toISOString().slice(0, 16).replace("T", " ");
  const facts = [
    `run ${state.run}`,
    `seed ${state.seed}`,
    `strop ${state.version}`,
    `sandbox ${state.tiers.join(", ")}`,
    ...howItRan(state.task),
    `environment ${state.environmentHash.slice(0, 12)}`,
    `started ${started} UTC`,
  ];
  return `<footer>${facts.map(escapeXml).join(" · ")}</footer>`;
}

/** The other loops have settings of their own, and no budget of a trial. */
const howItRan = ({ settings, budget, parallel }: Task): string[] =>
  settings === undefined
    ? [`budget ${budget.trainSeconds} s (${budget.clock} clock)`, `${parallel} at a time`]
    : Object.entries(settings)
        .filter(([name, value]) => name !== "seed" && value !== null)
        .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`);

/** What the page may load: nothing. A browser obeys it wherever the page comes from. */
export const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const page = (title: string, body: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="color-scheme" content="light dark"><title>${escapeXml(title)}</title><style>${STYLE}</style></head><body><main>
${body.filter((part) => part !== "").join("\n")}
</main></body></html>
`;
