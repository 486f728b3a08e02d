/**
 * The report of a run: one self-contained HTML page, no scripts, no network. Everything a program printed or a proposer
 * wrote is escaped: a candidate must not be able to speak through the report.
 */
import type { TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import { chartSvg, escapeXml, pointOf } from "./chart.ts";
import type { ChartPoint, ChartSeries } from "./chart.ts";
import { costNote } from "./cost.ts";
import { keepingNotes } from "./keeping.ts";
import { stoppingTally } from "../judge/stopping-report.ts";
import type { StoppingReport } from "../judge/stopping-report.ts";
import { stoppingNotes } from "./stopping.ts";
import { formatBytes, formatChange, formatDuration, formatScore } from "./format.ts";
import { prospect } from "./prospect.ts";
import { STYLE } from "./style.ts";

export interface ReportData {
  readonly state: RunState;
  /** Every trial, ascending. Read once. */
  readonly trials: Iterable<TrialRecord>;
  /** Unified diff from the baseline to the champion. */
  readonly diff: string;
  /** Other runs of the same task to draw beside, such as the random baseline. */
  readonly beside: readonly ChartSeries[];
}

const SHOWN_TRIALS = 500;

export function reportHtml(data: ReportData): string {
  const { state } = data;
  const points: ChartPoint[] = [];
  const rows: string[] = [];
  const stopping = stoppingTally(state.task.metric.direction);
  for (const trial of data.trials) {
    stopping.add(trial);
    const point = pointOf(trial);
    if (point !== undefined) points.push(point);
    if (trial.verdict?.decision === "keep" || trial.trial >= state.nextTrial - SHOWN_TRIALS) rows.push(trialRow(trial));
  }
  const own: ChartSeries = { label: `${state.run}: ${state.task.proposer}`, champions: state.champions };
  const chart = chartSvg({
    points,
    series: [own, ...data.beside],
    metric: state.task.metric.name,
    lastTrial: state.nextTrial - 1,
  });
  return page(`strop: ${state.task.name}`, [
    headline(state),
    ...warnings(state),
    `<figure>${chart}${legend([own, ...data.beside])}</figure>`,
    paragraph(prospect(state)),
    `<h2>The champion's diff</h2>`,
    data.diff === ""
      ? "<p>No edit was kept: the champion is the baseline.</p>"
      : `<pre class="diff">${colourDiff(data.diff)}</pre>`,
    ...stoppingSection(stopping.report()),
    `<h2>Who proposed</h2>`,
    proposerTable(state),
    `<h2>Trials</h2>`,
    `<table><thead><tr><th>#</th><th>verdict</th><th class="n">score</th><th>proposer</th><th>edit</th><th class="n">time</th><th class="n">memory</th></tr></thead><tbody>`,
    ...rows.reverse(),
    "</tbody></table>",
    provenance(state),
  ]);
}

function stoppingSection(report: StoppingReport): string[] {
  const notes = stoppingNotes(report);
  return notes.length === 0 ? [] : ["<h2>Early stopping</h2>", ...notes.map((note) => `<p>${escapeXml(note)}</p>`)];
}

function headline(state: RunState): string {
  const { champion, baselineScore, task } = state;
  if (champion === null || baselineScore === null) return `<h1>${escapeXml(task.name)}: no score yet</h1>`;
  const change = formatChange(baselineScore, champion.score);
  return (
    `<h1>${escapeXml(task.name)}: ${escapeXml(task.metric.name)} ${formatScore(baselineScore)} → <strong>${formatScore(champion.score)}</strong> ` +
    `<small>${change}</small></h1>` +
    `<p>${state.counts.kept - 1} kept of ${state.nextTrial - 1} edits in ${formatDuration(state.activeMs)}; champion: trial ${champion.trial}.</p>`
  );
}

function warnings(state: RunState): string[] {
  const notes: string[] = [];
  if (state.task.evaluate === undefined)
    notes.push(
      "Scores are self-reported: the task has no <code>evaluate</code> command, so each number is the program's own claim.",
    );
  if (state.tiers.includes("none"))
    notes.push("This run was not sandboxed: programs had the rights of the user who started it.");
  notes.push(...[costNote(state) ?? [], keepingNotes(state)].flat().map(escapeXml));
  return notes.map((note) => `<p class="note">${note}</p>`);
}

const paragraph = (text: string): string => (text === "" ? "" : `<p>${escapeXml(text)}</p>`);

const legend = (series: readonly ChartSeries[]): string =>
  series.length < 2
    ? ""
    : `<figcaption>${series.map((s, i) => `<span class="key s${i}">${escapeXml(s.label)}</span>`).join(" ")}</figcaption>`;

function trialRow(trial: TrialRecord): string {
  const { outcome, verdict } = trial;
  const word =
    verdict?.decision === "keep" ? "keep" : outcome?.status === "scored" ? "discard" : (outcome?.status ?? "open");
  const why = outcome?.status === "scored" ? (verdict?.reason ?? "") : (outcome?.reason ?? "");
  const time = outcome === null ? "" : `${outcome.diagnostics.wallSeconds.toFixed(1)} s`;
  const memory =
    outcome === null || outcome.diagnostics.peakMemoryBytes === 0
      ? ""
      : formatBytes(outcome.diagnostics.peakMemoryBytes);
  return (
    `<tr class="${word}"><td>${trial.trial}</td><td title="${escapeXml(why)}">${word}</td><td class="n">${formatScore(outcome?.score)}</td>` +
    `<td>${escapeXml(trial.proposer)}</td><td>${escapeXml(trial.description)}</td><td class="n">${time}</td><td class="n">${memory}</td></tr>`
  );
}

function proposerTable(state: RunState): string {
  const rows = Object.entries(state.proposers).map(
    ([name, { trials, kept, reward }]) =>
      `<tr><td>${escapeXml(name)}</td><td class="n">${trials}</td><td class="n">${kept}</td><td class="n">${reward.toFixed(3)}</td></tr>`,
  );
  return `<table><thead><tr><th>proposer</th><th class="n">trials</th><th class="n">kept</th><th class="n">reward</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function provenance(state: RunState): string {
  const started = new Date(state.startedAt).toISOString().slice(0, 16).replace("T", " ");
  const facts = [
    `run ${state.run}`,
    `seed ${state.seed}`,
    `strop ${state.version}`,
    `sandbox ${state.tiers.join(", ")}`,
    `budget ${state.task.budget.trainSeconds} s (${state.task.budget.clock} clock)`,
    `${state.task.parallel} at a time`,
    `environment ${state.environmentHash.slice(0, 12)}`,
    `started ${started} UTC`,
    state.ended === null ? "still open" : `ended: ${state.ended}`,
  ];
  return `<footer>${facts.map(escapeXml).join(" · ")}</footer>`;
}

const colourDiff = (diff: string): string =>
  diff
    .split("\n")
    .map((line) => {
      const kind = line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : line.startsWith("@@") ? "hunk" : "";
      return kind === "" ? escapeXml(line) : `<span class="${kind}">${escapeXml(line)}</span>`;
    })
    .join("\n");

const page = (title: string, body: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title><style>${STYLE}</style></head><body><main>
${body.join("\n")}
</main></body></html>
`;
