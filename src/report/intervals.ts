/** Values with intervals, one under the other in groups, such as shares with Wilson intervals: an SVG file of its own. */
import { escapeXml } from "./chart.ts";
import { classOf, figure, shortened, tickLabel, ticks } from "./figure.ts";

export interface IntervalBar {
  /** Index into `key`: its colour. */
  readonly series: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface IntervalGroup {
  readonly label: string;
  readonly bars: readonly IntervalBar[];
}

export interface IntervalData {
  readonly title: string;
  readonly key: readonly string[];
  readonly groups: readonly IntervalGroup[];
  /** What values and intervals are cut to. */
  readonly range: readonly [low: number, high: number];
}

const WIDTH = 760;
const LEFT = 230;
const RIGHT = 24;
const TOP = 40;
const BAR = 15;

/** Values that are no number are left out. */
export function intervalFigure({ title, key, groups, range }: IntervalData): string {
  const bars = groups.flatMap((group) => group.bars).filter(({ value }) => Number.isFinite(value));
  const cut = (value: number): number => Math.min(range[1], Math.max(range[0], value));
  const low = Math.min(...bars.map((bar) => cut(bar.low)));
  const high = Math.max(...bars.map((bar) => cut(bar.high)));
  if (bars.length === 0) return figure({ width: WIDTH, height: 60, title: `${title}: no results yet`, key }, []);
  const at = (value: number): string =>
    (LEFT + ((cut(value) - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const heights = groups.map((group) => group.bars.length * BAR + 10);
  const height = TOP + heights.reduce((sum, one) => sum + one, 0) + 26;
  const columns = ticks(low, high);
  const step = (columns[1] ?? 1) - (columns[0] ?? 0);
  const tops = heights.map((_, i) => TOP + heights.slice(0, i).reduce((sum, one) => sum + one, 0));
  return figure({ width: WIDTH, height, title, key }, [
    ...columns.flatMap((value) => [
      `<line class="grid" x1="${at(value)}" x2="${at(value)}" y1="${TOP}" y2="${height - 26}"/>`,
      `<text x="${at(value)}" y="${height - 10}" text-anchor="middle">${tickLabel(value, step)}</text>`,
    ]),
    ...groups.flatMap(({ label, bars: own }, i) => [
      `<text x="16" y="${(tops[i] ?? 0) + BAR - 3}">${escapeXml(shortened(label))}</text>`,
      ...own.flatMap((bar, row) => drawn(bar, (tops[i] ?? 0) + row * BAR + BAR / 2, at)),
    ]),
  ]);
}

function drawn({ series, value, low, high }: IntervalBar, y: number, at: (value: number) => string): string[] {
  if (!Number.isFinite(value)) return [];
  const kind = classOf(series);
  return [
    `<line class="${kind}" x1="${at(low)}" x2="${at(high)}" y1="${y}" y2="${y}"/>`,
    `<circle class="${kind}" cx="${at(value)}" cy="${y}" r="4"><title>${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})</title></circle>`,
  ];
}
