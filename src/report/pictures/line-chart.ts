/** Lines and points over numbers, such as losses by step: an SVG file of its own. Names stand where the lines end. */
import { escapeXml, shortened } from "../escape.ts";
import { figure } from "./figure.ts";
import { columns, type Edges, endLabels, labelRoom, mark, px, rows, type Scale } from "./marks.ts";
import { classOf } from "./palette.ts";
import { logTickLabels, logTicks, roundTicks, textWidth, tickLabels, ticks } from "./ticks.ts";

type Point = readonly [x: number, y: number];

export interface Line {
  readonly label: string;
  readonly points: readonly Point[];
  /** Points only. */
  readonly isScattered?: boolean;
  /** Each value holds until the next one. */
  readonly isStep?: boolean;
  /** Its colour and mark, where several pictures shall agree on it; otherwise its place. */
  readonly series?: number;
}

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** On a logarithmic scale; what is not above 0 is left out. */
  readonly isLogarithmic?: boolean;
  readonly isLogarithmicX?: boolean;
  /** y is a share of 1, written in per cent. */
  readonly isShare?: boolean;
}

const WIDTH = 880;
const HEIGHT = 400;
/** Of a line with more points than this only so many get a mark. */
const MARKS = 12;

/** A picture without lines says so. */
export function lineChartSvg(chart: LineChart): string {
  const lines = chart.lines.map((line, i) => ({
    ...line,
    series: line.series ?? i,
    label: shortened(line.label, 32),
    points: line.points.filter((point) => isShown(point, chart)),
  }));
  const points = lines.flatMap((line) => line.points);
  const frame = { width: WIDTH, title: chart.title, subtitle: chart.y };
  if (points.length === 0) return figure({ ...frame, height: 60 }, ['<text x="16" y="24">nothing yet</text>']);
  const y = axis(
    points.map((point) => point[1]),
    { isLogarithmic: chart.isLogarithmic, isRounded: true },
  );
  const x = axis(
    points.map((point) => point[0]),
    { isLogarithmic: chart.isLogarithmicX },
  );
  const yLabels = y.label(y.ticks, chart.isShare);
  const edges: Edges = {
    left: 24 + Math.max(...yLabels.map((label) => textWidth(label))),
    right: WIDTH - labelRoom(lines.map(({ label }) => label)),
    top: 10,
    bottom: HEIGHT - 46,
  };
  const atX: Scale = (value) => edges.left + x.share(value) * (edges.right - edges.left);
  const atY: Scale = (value) => edges.bottom - y.share(value) * (edges.bottom - edges.top);
  return figure({ ...frame, height: HEIGHT }, [
    ...rows(y.ticks, yLabels, atY, edges),
    ...columns(x.ticks, { labels: x.label(x.ticks), name: chart.x, at: atX, edges }),
    ...lines.flatMap((line, place) => drawn(line, { series: line.series, place: place / lines.length, atX, atY })),
    ...endLabels(
      lines.flatMap(({ points: own, series, label }) => {
        const end = own.at(-1);
        return end === undefined ? [] : [{ series, text: label, x: atX(end[0]), y: atY(end[1]) }];
      }),
      edges,
    ),
  ]);
}

const isShown = ([x, y]: Point, { isLogarithmic = false, isLogarithmicX = false }: LineChart): boolean =>
  Number.isFinite(x) && Number.isFinite(y) && (!isLogarithmic || y > 0) && (!isLogarithmicX || x > 0);

interface Axis {
  readonly ticks: readonly number[];
  readonly label: typeof tickLabels;
  /** From 0 at the lower end to 1 at the upper. */
  readonly share: Scale;
}

function axis(values: readonly number[], { isLogarithmic = false, isRounded = false }): Axis {
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const [low, high] =
    least < most ? [least, most] : isLogarithmic ? [least / 2, least * 2] : [least - 0.5, least + 0.5];
  if (isLogarithmic)
    return {
      ticks: logTicks(low, high),
      label: logTickLabels,
      share: (value) => Math.log(value / low) / Math.log(high / low),
    };
  const isWhole = values.every(Number.isInteger);
  const found = isRounded ? roundTicks(low, high) : ticks(low, high, { isWhole });
  const [from = low, to = high] = isRounded ? [found[0], found.at(-1)] : [];
  return { ticks: found, label: tickLabels, share: (value) => (value - from) / (to - from) };
}

interface Drawing {
  readonly series: number;
  /** From 0 for the first of the lines up to 1. */
  readonly place: number;
  readonly atX: Scale;
  readonly atY: Scale;
}

function drawn(
  { label, points, isScattered = false, isStep = false }: Line,
  { series, place, atX, atY }: Drawing,
): string[] {
  const at = points.map(([x, y]): Point => [atX(x), atY(y)]);
  const steps = isStep
    ? at.flatMap(([x, y], i): Point[] => [
        [x, at[i - 1]?.[1] ?? y],
        [x, y],
      ])
    : at;
  const every = isScattered ? 1 : Math.ceil(points.length / MARKS);
  // Marks of lines that lie on each other shall not.
  const first = isScattered ? 0 : Math.floor(place * every);
  const path = steps.map(([x, y]) => `${px(x)},${px(y)}`).join(" ");
  return [
    ...(isScattered || points.length < 2
      ? []
      : [
          `<polyline class="line ${classOf(series)}" style="fill:none" points="${path}"><title>${escapeXml(label)}</title></polyline>`,
        ]),
    ...at.flatMap(([x, y], i) => (isStep || i % every !== first % every ? [] : [mark(series, x, y)])),
  ];
}
