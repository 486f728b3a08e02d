/** Values with intervals, one under the other in groups, such as shares with Wilson intervals: an SVG file of its own. */
import { escapeXml, shortened } from "../escape.ts";
import { figure } from "./figure.ts";
import { mark, px, type Scale } from "./marks.ts";
import { classOf } from "./palette.ts";
import { roundTicks, textWidth, tickLabels } from "./ticks.ts";

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
  /** Values are shares of 1, written in per cent. */
  readonly isShare?: boolean;
}

const WIDTH = 880;
const RIGHT = WIDTH - 28;
const TOP = 10;
const BAR = 16;
const GAP = 12;

/** Values that are no number are left out, and so are intervals without ends, as of a single run. */
export function intervalFigure({ title, key, groups, range, isShare }: IntervalData): string {
  const bars = groups
    .flatMap((group) => group.bars)
    .filter(({ value }) => Number.isFinite(value))
    .map(withEnds);
  if (bars.length === 0) return figure({ width: WIDTH, height: 20, title: `${title}: no results yet`, key }, []);
  const cut = (value: number): number => Math.min(range[1], Math.max(range[0], value));
  const ends = [Math.min(...bars.map((bar) => cut(bar.low))), Math.max(...bars.map((bar) => cut(bar.high)))] as const;
  const values = roundTicks(ends[0], ends[1] === ends[0] ? ends[0] + 1 : ends[1]);
  const [low = 0, high = 1] = [values[0], values.at(-1)];
  const labels = groups.map(({ label }) => shortened(label, 40));
  const left = 32 + Math.max(...labels.map((label) => textWidth(label)));
  const at: Scale = (value) => left + ((cut(value) - low) / (high - low)) * (RIGHT - left);
  const heights = groups.map((group) => group.bars.length * BAR + GAP);
  const tops = heights.map((_, i) => TOP + heights.slice(0, i).reduce((sum, one) => sum + one, 0));
  const bottom = TOP + heights.reduce((sum, one) => sum + one, 0);
  const names = tickLabels(values, isShare);
  return figure({ width: WIDTH, height: bottom + 34, title, key }, [
    ...values.flatMap((value, i) => [
      `<line class="grid" x1="${px(at(value))}" x2="${px(at(value))}" y1="${TOP}" y2="${bottom}"/>`,
      `<text x="${px(at(value))}" y="${bottom + 18}" text-anchor="middle">${names[i] ?? ""}</text>`,
    ]),
    ...groups.flatMap(({ bars: own }, i) => {
      const [top, height] = [tops[i] ?? 0, own.length * BAR];
      return [
        `<text class="ink" x="16" y="${px(top + GAP / 2 + height / 2 + 4)}">${escapeXml(labels[i] ?? "")}</text>`,
        ...own.flatMap((bar, row) => drawn(bar, top + GAP / 2 + row * BAR + BAR / 2, at)),
      ];
    }),
  ]);
}

const withEnds = (bar: IntervalBar): IntervalBar => ({
  ...bar,
  low: Number.isNaN(bar.low) ? bar.value : bar.low,
  high: Number.isNaN(bar.high) ? bar.value : bar.high,
});

function drawn(bar: IntervalBar, y: number, at: Scale): string[] {
  const { series, value, low, high } = withEnds(bar);
  if (!Number.isFinite(value)) return [];
  const [from, to] = [px(at(low)), px(at(high))];
  return [
    `<path class="${classOf(series)}" style="fill:none;stroke-width:2" d="M${from} ${y}H${to}M${from} ${y - 3}v6M${to} ${y - 3}v6"/>`,
    mark(series, at(value), y, `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`),
  ];
}
