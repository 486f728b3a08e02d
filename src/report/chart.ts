/**
 * The picture of a run as SVG text: every scored trial a dot, the champion's staircase a line. Pure; colours come from
 * the page's style sheet, so it follows light and dark.
 */
import type { TrialRecord } from "../core/trial.ts";
import type { Champion } from "../journal/state.ts";
import { formatScore } from "./format.ts";
import { CHART_STYLE } from "./style.ts";

export interface ChartPoint {
  readonly trial: number;
  readonly score: number;
  readonly kept: boolean;
  readonly title: string;
}

export interface ChartSeries {
  readonly label: string;
  readonly champions: readonly Champion[];
}

export interface ChartData {
  readonly points: readonly ChartPoint[];
  /** The first series is this run; others are drawn beside it. */
  readonly series: readonly ChartSeries[];
  readonly metric: string;
  readonly lastTrial: number;
}

const WIDTH = 880;
const HEIGHT = 320;
const MARGIN = { top: 30, right: 16, bottom: 36, left: 64 };
const MAX_POINTS = 4_000;

/** Undefined for a trial without a score. */
export function pointOf(trial: TrialRecord): ChartPoint | undefined {
  const score = trial.outcome?.score;
  if (score === null || score === undefined) return undefined;
  const kept = trial.verdict?.decision === "keep";
  return { trial: trial.trial, score, kept, title: `#${trial.trial} ${formatScore(score)} ${trial.description}` };
}

/** The picture for a page that has the style sheet. Empty text when nothing has scored. */
export const chartSvg = (data: ChartData): string => svg(drawing(data), data.metric);

/** The picture as a file of its own. Empty text when nothing has scored. */
export function chartFile(data: ChartData): string {
  const size = `width="${WIDTH}" height="${HEIGHT}"`;
  const paper = [`<style>${CHART_STYLE}</style>`, `<rect class="paper" ${size}/>`];
  const drawn = drawing(data);
  return svg(
    drawn.length === 0 ? [] : [...paper, ...drawn],
    data.metric,
    `xmlns="http://www.w3.org/2000/svg" ${size} `,
  );
}

function svg(body: readonly string[], metric: string, attributes = ""): string {
  if (body.length === 0) return "";
  const label = `role="img" aria-label="${escapeXml(metric)} by trial"`;
  return [`<svg ${attributes}viewBox="0 0 ${WIDTH} ${HEIGHT}" ${label}>`, ...body, "</svg>"].join("\n");
}

/** Nothing when nothing has scored. */
function drawing(data: ChartData): readonly string[] {
  const scores = [...data.points.map((p) => p.score), ...data.series.flatMap((s) => s.champions.map((c) => c.score))];
  if (scores.length === 0) return [];
  const range = scoreRange(scores, data.series[0]?.champions.map((c) => c.score) ?? []);
  const last = Math.max(1, data.lastTrial, ...data.series.map((s) => s.champions.at(-1)?.trial ?? 0));
  const x = (trial: number) => MARGIN.left + (trial / last) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (score: number) => {
    const share = (clamp(score, range) - range[0]) / (range[1] - range[0]);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  };
  const stride = Math.ceil(data.points.length / MAX_POINTS);
  const shown = data.points.filter((point, index) => point.kept || index % stride === 0);
  const dots = shown.map((point) => dot(point, x, y));
  const lines = data.series.map((series, index) => staircase(series, { x, y, last, index }));
  return [...axes(range, last, { x, y, metric: data.metric }), ...dots, ...lines];
}

type Scale = (value: number) => number;
type Range = readonly [number, number];

/** Crashed-looking scores far off would flatten everything else: the range ends at the 90th percentile of distance. */
function scoreRange(scores: readonly number[], champions: readonly number[]): Range {
  const sorted = [...scores].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const low = Math.min(at(0.05), ...champions);
  const high = Math.max(at(0.9), ...champions);
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - pad, high + pad];
}

const clamp = (value: number, [low, high]: Range): number => Math.min(high, Math.max(low, value));

function dot(point: ChartPoint, x: Scale, y: Scale): string {
  const kind = point.kept ? "kept" : "tried";
  const at = `cx="${x(point.trial).toFixed(1)}" cy="${y(point.score).toFixed(1)}"`;
  return `<circle class="${kind}" ${at} r="${point.kept ? 5 : 3}"><title>${escapeXml(point.title)}</title></circle>`;
}

function staircase(
  series: ChartSeries,
  { x, y, last, index }: { x: Scale; y: Scale; last: number; index: number },
): string {
  const steps = series.champions.flatMap((champion, i) => {
    const until = series.champions[i + 1]?.trial ?? last;
    return [
      `${x(champion.trial).toFixed(1)},${y(champion.score).toFixed(1)}`,
      `${x(until).toFixed(1)},${y(champion.score).toFixed(1)}`,
    ];
  });
  return `<polyline class="best s${index}" points="${steps.join(" ")}"><title>${escapeXml(series.label)}</title></polyline>`;
}

function axes(range: Range, last: number, { x, y, metric }: { x: Scale; y: Scale; metric: string }): string[] {
  const rows = [0, 1, 2, 3, 4].map((i) => range[0] + ((range[1] - range[0]) * i) / 4);
  const columns = [...new Set([0, 1, 2, 3, 4].map((i) => Math.round((last * i) / 4)))];
  return [
    ...rows.map(
      (v) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}"/>`,
    ),
    ...rows.map(
      (v) =>
        `<text x="${MARGIN.left - 8}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${shortNumber(v, range)}</text>`,
    ),
    ...columns.map((v) => `<text x="${x(v).toFixed(1)}" y="${HEIGHT - 16}" text-anchor="middle">${v}</text>`),
    `<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 2}" text-anchor="end">trial</text>`,
    `<text x="4" y="12">${escapeXml(metric)}</text>`,
  ];
}

/** As many digits as tell neighbouring grid lines apart. */
function shortNumber(value: number, [low, high]: Range): string {
  const digits = Math.max(0, Math.min(8, 2 - Math.floor(Math.log10(high - low))));
  return Math.abs(value) >= 1e7 ? formatScore(value) : value.toFixed(digits);
}

/** Text for inside an element or an attribute. What no XML may hold (most control characters, halves of pairs) is replaced. */
export const escapeXml = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu, "\ufffd").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
