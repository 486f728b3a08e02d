/** Lines with error bars over a whole-numbered axis, such as test meta-utility by round: an SVG file of its own. */
import { escapeXml, shortened } from "../escape.ts";
import { figure } from "./figure.ts";
import { columns, type Edges, endLabels, labelRoom, mark, px, rows, type Scale } from "./marks.ts";
import { classOf } from "./palette.ts";
import { roundTicks, textWidth, tickLabels, ticks } from "./ticks.ts";

export interface ErrorBarPoint {
  readonly x: number;
  readonly y: number;
  /** Half the height of the bar; no number where it is not known, as of a single run: no bar. */
  readonly error: number;
}

export interface ErrorBarSeries {
  readonly label: string;
  /** A single point is drawn as a level across the picture. */
  readonly points: readonly ErrorBarPoint[];
  readonly isDashed?: boolean;
}

export interface ErrorBarData {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly ErrorBarSeries[];
}

const WIDTH = 880;
const HEIGHT = 400;
/** Pixels between the axis and the first bars. */
const INSET = 24;

/** Series without points are left out. */
export function errorBarFigure({ title, x, y, series }: ErrorBarData): string {
  const points = series.flatMap((one) => one.points).map((point) => ({ ...point, error: point.error || 0 }));
  const frame = { width: WIDTH, title, subtitle: y };
  if (points.length === 0) return figure({ ...frame, height: 20, title: `${title}: no results yet` }, []);
  const last = Math.max(1, ...points.map((point) => point.x));
  const low = Math.min(...points.map((point) => point.y - point.error));
  const high = Math.max(...points.map((point) => point.y + point.error));
  const values = roundTicks(low, high === low ? low + 1 : high);
  const [from = low, to = high] = [values[0], values.at(-1)];
  const yLabels = tickLabels(values);
  const labels = series.map(({ label }) => shortened(label, 32));
  const edges: Edges = {
    left: 24 + Math.max(...yLabels.map((label) => textWidth(label))),
    right: WIDTH - labelRoom(labels),
    top: 10,
    bottom: HEIGHT - 46,
  };
  const atX: Scale = (value) => edges.left + INSET + (value / last) * (edges.right - edges.left - 2 * INSET);
  const atY: Scale = (value) => edges.bottom - ((value - from) / (to - from)) * (edges.bottom - edges.top);
  const places = ticks(0, last, { isWhole: true });
  return figure({ ...frame, height: HEIGHT }, [
    ...rows(values, yLabels, atY, edges),
    ...columns(places, { labels: tickLabels(places), name: x, at: atX, edges }),
    ...series.flatMap((one, i) => drawn(one, { i, of: series.length, edges, atX, atY })),
    ...endLabels(
      series.flatMap(({ points: own }, i) => {
        const end = own.at(-1);
        if (end === undefined) return [];
        return [{ series: i, text: labels[i] ?? "", x: own.length === 1 ? edges.right : atX(end.x), y: atY(end.y) }];
      }),
      edges,
    ),
  ]);
}

interface Drawing {
  readonly i: number;
  readonly of: number;
  readonly edges: Edges;
  readonly atX: Scale;
  readonly atY: Scale;
}

function drawn(series: ErrorBarSeries, drawing: Drawing): string[] {
  const { points, isDashed = false, label } = series;
  const { i, of, edges, atX, atY } = drawing;
  const [only] = points;
  if (only === undefined) return [];
  // Bars of one round would hide each other.
  const beside = (value: number): number => atX(value) + (i - (of - 1) / 2) * 6;
  const isLevel = points.length === 1;
  const path = isLevel
    ? `${px(edges.left)},${px(atY(only.y))} ${px(edges.right)},${px(atY(only.y))}`
    : points.map((point) => `${px(beside(point.x))},${px(atY(point.y))}`).join(" ");
  return [
    ...(isLevel && only.error > 0 ? [band(only, drawing)] : []),
    `<polyline class="line ${classOf(i)}${isDashed ? " dashed" : ""}" style="fill:none" points="${path}"><title>${escapeXml(label)}</title></polyline>`,
    ...(isLevel ? [] : points.flatMap((point) => bar(point, { x: beside(point.x), i, atY, label }))),
  ];
}

/** A level has no place of its own along the axis, and so no bar: its error is as wide as the picture. */
const band = ({ y, error }: ErrorBarPoint, { i, edges, atY }: Drawing): string =>
  `<rect class="${classOf(i)} band" x="${px(edges.left)}" width="${px(edges.right - edges.left)}" y="${px(atY(y + error))}" height="${px(atY(y - error) - atY(y + error))}"/>`;

function bar(
  { y, error }: ErrorBarPoint,
  { x, i, atY, label }: { x: number; i: number; atY: Scale; label: string },
): string[] {
  const [high, low] = [px(atY(y + error)), px(atY(y - error))];
  const shown = error > 0 ? ` ± ${error.toFixed(4)}` : "";
  return [
    ...(error > 0
      ? [
          `<path class="${classOf(i)}" style="fill:none" d="M${px(x)} ${high}V${low}M${px(x - 3)} ${high}h6M${px(x - 3)} ${low}h6"/>`,
        ]
      : []),
    mark(i, x, atY(y), `${label}: ${y.toFixed(4)}${shown}`),
  ];
}
