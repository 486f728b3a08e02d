/** The tables of the report: the edits that helped, who proposed, and the trials. Escaped HTML. */
import type { TrialRecord } from "../core/trial.ts";
import type { RunState } from "../journal/state.ts";
import { escapeXml, shortened } from "./escape.ts";
import { formatBytes, formatChange, formatScore, grouped } from "./format.ts";
import { trialWord } from "./trial-word.ts";

const DESCRIPTION_LENGTH = 240;
const REASON_LENGTH = 160;
const SHOWN_GAINS = 12;

/** The edits that made champions, the largest gains where there are many, in the order they were found. Empty without one. */
export function gainTable({ champions }: RunState, kept: ReadonlyMap<number, TrialRecord>): string {
  const steps = champions.slice(1).map(({ trial, score }, i) => {
    const before = champions[i]?.score ?? score;
    return { trial, score, before, gain: Math.abs(score - before) };
  });
  if (steps.length === 0) return "";
  const largest = Math.max(...steps.map(({ gain }) => gain));
  const shown = new Set(steps.toSorted((a, b) => b.gain - a.gain).slice(0, SHOWN_GAINS));
  const rows = steps
    .filter((step) => shown.has(step))
    .map(({ trial, score, before, gain }) => {
      const record = kept.get(trial);
      const share = largest > 0 ? (100 * gain) / largest : 0;
      return (
        `<tr><td class="n"><a href="#t${trial}">#${trial}</a></td>${editCell(record?.description ?? "")}<td class="w p">${escapeXml(shortened(record?.proposer ?? "", 22))}</td>` +
        `<td class="n p">${formatScore(score)}</td><td class="n">${formatChange(before, score)}</td><td class="gain"><span class="bar" style="width:${share.toFixed(1)}%"></span></td></tr>`
      );
    });
  const rest = steps.length - shown.size;
  return (
    `<table><thead><tr><th class="n">trial</th><th>edit</th><th class="p">by</th><th class="n p">score</th><th class="n">gain</th><th></th></tr></thead>` +
    `<tbody>${rows.join("\n")}</tbody></table>` +
    (rest > 0
      ? `<p class="soft">The largest of ${steps.length}; <code>strop log --kept --all</code> has them all.</p>`
      : "")
  );
}

/** The most asked first; the baseline was proposed by nobody. */
export function proposerTable({ proposers }: RunState): string {
  const rows = Object.entries(proposers)
    .filter(([name]) => name !== "baseline")
    .sort(([, a], [, b]) => b.trials - a.trials)
    .map(
      ([name, { trials, kept, reward }]) =>
        `<tr><td>${escapeXml(name)}</td><td class="n">${grouped(trials)}</td><td class="n">${grouped(kept)}</td>` +
        `<td class="n">${((100 * kept) / Math.max(1, trials)).toFixed(0)} %</td><td class="n">${formatScore(Number(reward.toFixed(3)))}</td></tr>`,
    );
  if (rows.length === 0) return "";
  return (
    `<h2>Who proposed</h2><table><thead><tr><th>proposer</th><th class="n">trials</th><th class="n">kept</th><th class="n">share</th><th class="n">reward</th></tr></thead>` +
    `<tbody>${rows.join("\n")}</tbody></table>`
  );
}

/** What was measured beside the score, a column for each metric; empty where there is none. */
export function metricsTable(trials: readonly TrialRecord[]): string {
  const names = [...new Set(trials.flatMap(({ outcome }) => Object.keys(outcome?.metrics ?? {})))];
  if (names.length === 0) return "";
  const head = names.map((name) => `<th class="n">${escapeXml(name.replaceAll("_", " "))}</th>`);
  const rows = trials.flatMap(({ trial, outcome }) => {
    if (outcome === null) return [];
    const cells = [outcome.score, ...names.map((name) => outcome.metrics[name])];
    const isKnown = cells.some((value) => value !== null && value !== undefined);
    return isKnown
      ? `<tr><td class="n">${trial}</td>${cells.map((value) => `<td class="n">${formatScore(value)}</td>`).join("")}</tr>`
      : [];
  });
  return (
    `<h2>What was measured</h2><div class="wide"><table><thead><tr><th class="n">#</th><th class="n">score</th>${head.join("")}</tr></thead>` +
    `<tbody>${rows.join("\n")}</tbody></table></div>`
  );
}

/** `rows` as `trialRow` makes them. */
export const trialTable = (rows: readonly string[]): string =>
  `<div class="wide"><table><thead><tr><th class="n">#</th><th>verdict</th><th class="n">score</th><th class="p">by</th><th>edit</th><th class="n p">time</th><th class="n p">memory</th></tr></thead>` +
  `<tbody>${rows.join("\n")}</tbody></table></div>`;

export function trialRow(trial: TrialRecord): string {
  const { outcome, verdict, proposer, description } = trial;
  const word = trialWord(trial);
  const isFailed = outcome !== null && outcome.score === null && word !== "stopped-early";
  const why = outcome?.status === "scored" ? (verdict?.reason ?? "") : (outcome?.reason ?? "");
  const time = outcome === null ? "" : `${outcome.diagnostics.wallSeconds.toFixed(1)} s`;
  const memory =
    outcome === null || outcome.diagnostics.peakMemoryBytes === 0
      ? ""
      : formatBytes(outcome.diagnostics.peakMemoryBytes);
  return (
    `<tr id="t${trial.trial}"><td class="n">${trial.trial}</td><td class="w ${word === "keep" ? "keep" : isFailed ? "failed" : ""}">${escapeXml(word)}</td>` +
    `<td class="n">${formatScore(outcome?.score)}</td><td class="w p">${escapeXml(shortened(proposer, 22))}</td>${editCell(description, why)}` +
    `<td class="n p">${time}</td><td class="n p">${memory}</td></tr>`
  );
}

/** The direction of its letters is its own, and turns nothing around beside it. */
function editCell(description: string, why = ""): string {
  const [reason = ""] = why.split("\n");
  const small = reason === "" ? "" : `<small dir="auto">${escapeXml(shortened(reason, REASON_LENGTH, 0))}</small>`;
  return `<td><bdi>${escapeXml(shortened(description, DESCRIPTION_LENGTH, 0))}</bdi>${small}</td>`;
}
