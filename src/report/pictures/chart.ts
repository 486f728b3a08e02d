/**
 * The picture of a run as SVG: every scored trial a mark, the champion's staircase a line, trials without a score at the
 * foot. Pure. Across, everything is in per cent, so that on a page the picture narrows and its letters do not.
 */
import { isBetter } from "../../core/metric.ts";
import type { Direction } from "../../core/task.ts";
import type { TrialRecord } from "../../core/trial.ts";
import type { Champion } from "../../journal/state.ts";
import { chartKey, lineClass } from "./chart-key.ts";
import { chartScales, type ChartScales, PLOT_HEIGHT } from "./chart-scale.ts";
import { escapeXml, shortened } from "../escape.ts";
import { figure } from "./figure.ts";
import { formatChange, formatScore } from "../format.ts";
import { px } from "./marks.ts";
import { classOf } from "./palette.ts";
import { logTickLabels, tickLabels } from "./ticks.ts";

export interface ChartPoint {
  readonly trial: number;
  /** Null of a trial without one. */
  readonly score: number | null;
  readonly kind: "kept" | "tried" | "stopped" | "failed";
  readonly title: string;
}

export interface ChartSeries {
  readonly label: string;
  readonly champions: readonly Champion[];
  /** Where its line ends; that of the data where it is left out. */
  readonly lastTrial?: number;
}

export interface ChartData {
  readonly points: readonly ChartPoint[];
  /** The first series is this run; others are drawn beside it. */
  readonly series: readonly ChartSeries[];
  readonly metric: string;
  readonly direction: Direction;
  readonly lastTrial: number;
  /** Standard deviation of one run's score between seeds, where it was measured. */
  readonly noise?: number | undefined;
}

/** Columns of the picture, and how many marks one has room for. */
const [COLUMNS, PER_COLUMN] = [300, 10];
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const TITLE_LENGTH = 160;

/** Undefined for a trial that has not ended. */
export function pointOf({ trial, outcome, verdict, description }: TrialRecord): ChartPoint | undefined {
  if (outcome === null || outcome.status === "interrupted") return undefined;
  const { score, status } = outcome;
  const word = score === null ? status : formatScore(score);
  const title = shortened(`#${trial} ${word} ${description}`, TITLE_LENGTH, 0);
  if (score === null) return { trial, score, kind: status === "stopped-early" ? "stopped" : "failed", title };
  return { trial, score, kind: verdict?.decision === "keep" ? "kept" : "tried", title };
}

/** The picture for a page that has the style sheets, with its key. Empty text when nothing has scored. */
export function chartHtml(data: ChartData): string {
  const scales = chartScales(data);
  if (scales === undefined) return "";
  const label = escapeXml(`${data.metric} by trial: ${headlineOf(data)}`);
  const key = chartKey(data, scales).map(
    ({ label: text, svg }) =>
      `<span><svg width="18" height="12" aria-hidden="true">${svg(9, 6)}</svg>${escapeXml(text)}</span>`,
  );
  return [
    `<figure><p class="axis">${escapeXml(axisName(data, scales))}</p>`,
    `<svg class="plot" height="${PLOT_HEIGHT}" role="img" aria-label="${label}">`,
    ...drawing(data, scales),
    "</svg>",
    `<figcaption>${key.join(" ")}</figcaption></figure>`,
  ].join("\n");
}

/** The picture as a file of its own. Empty text when nothing has scored. */
export function chartFile(data: ChartData): string {
  const scales = chartScales(data);
  if (scales === undefined) return "";
  const [left, width] = [72, 780];
  let x = left;
  const key = chartKey(data, scales).map(({ label, svg, width: room }) => {
    const at = x;
    x += room;
    return `${svg(at, PLOT_HEIGHT + 76)}<text x="${px(at + 14)}" y="${PLOT_HEIGHT + 80}">${escapeXml(label)}</text>`;
  });
  const frame = { width: 880, height: PLOT_HEIGHT + 96, title: headlineOf(data), subtitle: axisName(data, scales) };
  return figure(frame, [
    `<svg x="${left}" y="16" width="${width}" height="${PLOT_HEIGHT}" overflow="visible">`,
    ...drawing(data, scales),
    "</svg>",
    ...key,
  ]).trimEnd();
}

const axisName = ({ metric, direction }: ChartData, { isLogarithmic }: ChartScales): string =>
  `${metric}, ${direction === "minimize" ? "lower" : "higher"} is better${isLogarithmic ? ", on a logarithmic scale" : ""}`;

/** `val_bpb 3.35 → 3.13 (−6.5 %)`. */
function headlineOf({ metric, series, direction }: ChartData): string {
  const champions = series[0]?.champions ?? [];
  const [first, last] = [champions[0], champions.at(-1)];
  if (first === undefined || last === undefined) return metric;
  if (!isBetter(direction, last.score, first.score)) return `${metric} ${formatScore(last.score)}`;
  const change = formatChange(first.score, last.score);
  return `${metric} ${formatScore(first.score)} → ${formatScore(last.score)}${change === "" ? "" : ` (${change})`}`;
}

function drawing(data: ChartData, scales: ChartScales): readonly string[] {
  const marks = (isKept: boolean): string[] => {
    const points = data.points.filter(({ kind }) => (kind === "kept") === isKept);
    return thinned(points, scales).map((point) => pointMark(point, scales));
  };
  return [
    ...axes(data, scales),
    ...baseline(data, scales),
    ...marks(false),
    ...data.series.map((series, i) => staircase({ lastTrial: data.lastTrial, ...series }, i, scales)).reverse(),
    ...marks(true),
    ...stepNames(data, scales),
    ...bestName(data, scales),
  ];
}

/** As many as there is room for in each column, spread over its trials, but not evenly: what recurs would fall between. */
function thinned(points: readonly ChartPoint[], { x }: ChartScales): readonly ChartPoint[] {
  const columns = Map.groupBy(points, ({ trial }) => Math.floor((COLUMNS * x(trial)) / 100));
  return [...columns].flatMap(([number, column]) => {
    if (column.length <= PER_COLUMN) return column;
    const stride = column.length / PER_COLUMN;
    const at = (i: number): number => Math.floor(stride * (i + ((GOLDEN * (i + number)) % 1)));
    return Array.from({ length: PER_COLUMN }, (_, i) => column[at(i)]).filter((point) => point !== undefined);
  });
}

const percent = (value: number): string => `${Number(value.toFixed(2))}%`;

function axes(
  { lastTrial }: ChartData,
  { x, y, rows, rowLabels, columns, areTrialsLogarithmic }: ChartScales,
): string[] {
  const places = lastTrial === 0 ? [0] : columns;
  const names = (areTrialsLogarithmic ? logTickLabels : tickLabels)(places);
  return [
    ...rows.flatMap((value, i) => [
      `<line class="grid" x1="0" x2="100%" y1="${px(y(value))}" y2="${px(y(value))}"/>`,
      `<text x="-10" y="${px(y(value) + 4)}" text-anchor="end">${rowLabels[i] ?? ""}</text>`,
    ]),
    ...places.map(
      (value, i) =>
        `<text x="${percent(x(value))}" y="${PLOT_HEIGHT + 28}" text-anchor="middle">${names[i] ?? ""}</text>`,
    ),
    `<text x="50%" y="${PLOT_HEIGHT + 46}" text-anchor="middle">trial${areTrialsLogarithmic ? ", on a logarithmic scale" : ""}</text>`,
  ];
}

/** Where it began, across the picture, and how far a score of the same program lies from another by chance. */
function baseline({ series, noise = 0 }: ChartData, { y }: ChartScales): string[] {
  const [first, ...others] = series[0]?.champions ?? [];
  if (first === undefined) return [];
  const at = px(y(first.score));
  const [top, bottom] = [y(first.score + noise), y(first.score - noise)];
  return [
    ...(noise > 0
      ? [`<rect class="noise" x="0" width="100%" y="${px(top)}" height="${px(Math.max(1, bottom - top))}"/>`]
      : []),
    ...(others.length === 0
      ? []
      : [`<line class="level" x1="0" x2="100%" y1="${at}" y2="${at}"><title>baseline</title></line>`]),
  ];
}

function pointMark(point: ChartPoint, { x, y, beyond }: ChartScales): string {
  const at = percent(x(point.trial));
  const title = `<title>${escapeXml(point.title)}</title>`;
  if (point.score === null) {
    const [foot, length] = [PLOT_HEIGHT + 12, point.kind === "failed" ? 10 : 5];
    return `<line class="${point.kind}" stroke-width="2" x1="${at}" x2="${at}" y1="${foot - length}" y2="${foot}">${title}</line>`;
  }
  const height = px(y(point.score));
  if (point.kind === "kept") return `<circle class="${classOf(0)}" cx="${at}" cy="${height}" r="4.5">${title}</circle>`;
  const side = beyond(point.score);
  if (side === 0) return `<circle class="tried" cx="${at}" cy="${height}" r="3">${title}</circle>`;
  const tip = side > 0 ? "M-4 4L0 -4L4 4z" : "M-4 -4L0 4L4 -4z";
  return `<svg x="${at}" y="${side > 0 ? 0 : PLOT_HEIGHT}" overflow="visible"><path class="tried" d="${tip}">${title}</path></svg>`;
}

/** A path in units of its own, stretched over the plot; its stroke is not. */
function staircase(
  { label, champions, lastTrial = 0 }: ChartSeries,
  series: number,
  { x, y, last }: ChartScales,
): string {
  const [first, ...others] = champions.filter(({ trial }) => trial <= last);
  if (first === undefined) return "";
  // A run of one trial has no length of its own.
  const end = lastTrial === 0 ? last : Math.min(last, Math.max(lastTrial, champions.at(-1)?.trial ?? 0));
  const steps = others.map(({ trial, score }) => `H${px(10 * x(trial))}V${px(y(score))}`);
  const path = `M${px(10 * x(first.trial))} ${px(y(first.score))}${steps.join("")}H${px(10 * x(end))}`;
  return (
    `<svg viewBox="0 0 1000 ${PLOT_HEIGHT}" width="100%" height="${PLOT_HEIGHT}" preserveAspectRatio="none" overflow="visible">` +
    `<path class="${lineClass(series)}" style="fill:none" vector-effect="non-scaling-stroke" d="${path}"><title>${escapeXml(label)}</title></path></svg>`
  );
}

/** The side of the staircase where no trial can be: what is better than the champion becomes the champion. */
const clearSide = (direction: Direction, y: number): number =>
  Math.min(PLOT_HEIGHT - 4, Math.max(12, direction === "minimize" ? y + 18 : y - 10));

/** The numbers of the edits that gained most, where there is room. */
function stepNames({ series, direction, lastTrial }: ChartData, { x, y }: ChartScales): string[] {
  const champions = series[0]?.champions ?? [];
  const heights = champions.map(({ score }) => y(score));
  const steps = champions
    .map(({ trial }, i) => ({ trial, i, gain: Math.abs((heights[i] ?? 0) - (heights[i - 1] ?? heights[i] ?? 0)) }))
    .filter(({ trial, gain }) => gain >= 6 && x(trial) >= 6 && x(trial) < x(lastTrial) - 20)
    .sort((a, b) => b.gain - a.gain);
  const named: typeof steps = [];
  for (const step of steps) {
    if (named.length < 6 && named.every(({ trial }) => Math.abs(x(trial) - x(step.trial)) >= 9)) named.push(step);
  }
  // Before and beyond a step nothing is drawn: the staircase only comes there later.
  return named.map(({ trial, i }) => {
    const at = clearSide(direction, heights[i] ?? 0);
    return `<text class="halo" x="${percent(x(trial))}" y="${px(at)}" text-anchor="end">#${trial}</text>`;
  });
}

function bestName({ series, direction, lastTrial }: ChartData, { x, y }: ChartScales): string[] {
  const best = series[0]?.champions.at(-1);
  if (best === undefined || best.trial === 0) return [];
  const at = clearSide(direction, y(best.score));
  return [
    `<text class="halo ink bold" x="${percent(Math.max(x(lastTrial), x(best.trial)))}" y="${px(at)}" text-anchor="end">${formatScore(best.score)} (#${best.trial})</text>`,
  ];
}
