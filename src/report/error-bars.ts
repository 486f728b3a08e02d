/** Lines with error bars over a whole-numbered axis, such as test meta-utility by round: an SVG file of its own. */
import { escapeXml } from "./chart.ts";
import { classOf, figure, tickLabel, ticks } from "./figure.ts";

export interface ErrorBarPoint {
  readonly x: number;
  readonly y: number;
  /** Half the height of the bar. */
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

const WIDTH = 760;
const HEIGHT = 360;
const MARGIN = { top: 52, right: 20, bottom: 44, left: 60 };

type Scale = (value: number) => string;

/** Series without points are left out of the picture, not of the key. */
export function errorBarFigure({ title, x, y, series }: ErrorBarData): string {
  const points = series.flatMap((one) => one.points);
  const last = Math.max(1, ...points.map((point) => point.x));
  const low = Math.min(...points.map((point) => point.y - point.error));
  const high = Math.max(...points.map((point) => point.y + point.error));
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  const share = (value: number) => (value - low + pad) / (high - low + 2 * pad);
  const atX: Scale = (value) => (MARGIN.left + (value / last) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const atY: Scale = (value) =>
    (HEIGHT - MARGIN.bottom - share(value) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const key = series.map(({ label }) => label);
  if (points.length === 0) return figure({ width: WIDTH, height: 60, title: `${title}: no results yet`, key }, []);
  const rows = ticks(low - pad, high + pad);
  const step = (rows[1] ?? 1) - (rows[0] ?? 0);
  const columns = Array.from({ length: last + 1 }, (_, i) => i).filter((i) => i % Math.ceil(last / 12) === 0);
  const right = WIDTH - MARGIN.right;
  return figure({ width: WIDTH, height: HEIGHT, title, key }, [
    ...rows.flatMap((value) => [
      `<line class="grid" x1="${MARGIN.left}" x2="${right}" y1="${atY(value)}" y2="${atY(value)}"/>`,
      `<text x="${MARGIN.left - 8}" y="${Number(atY(value)) + 4}" text-anchor="end">${tickLabel(value, step)}</text>`,
    ]),
    ...columns.map((i) => `<text x="${atX(i)}" y="${HEIGHT - 24}" text-anchor="middle">${i}</text>`),
    `<text x="${right}" y="${HEIGHT - 8}" text-anchor="end">${escapeXml(x)}</text>`,
    `<text x="16" y="42">${escapeXml(y)}</text>`,
    ...series.flatMap((one, i) => drawn(one, { i, of: series.length, last, atX, atY })),
  ]);
}

interface Drawing {
  readonly i: number;
  readonly of: number;
  readonly last: number;
  readonly atX: Scale;
  readonly atY: Scale;
}

function drawn({ points, isDashed = false, label }: ErrorBarSeries, { i, of, last, atX, atY }: Drawing): string[] {
  const [only] = points;
  if (only === undefined) return [];
  // Bars of one round would hide each other.
  const beside = (value: number): number => Number(atX(value)) + (i - (of - 1) / 2) * 4;
  const isLevel = points.length === 1 && last > 0;
  const path = isLevel
    ? `${atX(0)},${atY(only.y)} ${atX(last)},${atY(only.y)}`
    : points.map((point) => `${beside(point.x)},${atY(point.y)}`).join(" ");
  const at = isLevel ? [{ ...only, x: last }] : points;
  return [
    `<polyline class="line ${classOf(i)}${isDashed ? " dashed" : ""}" style="fill:none" points="${path}"><title>${escapeXml(label)}</title></polyline>`,
    ...at.flatMap(({ x, y, error }) => [
      `<line class="${classOf(i)}" x1="${beside(x)}" x2="${beside(x)}" y1="${atY(y - error)}" y2="${atY(y + error)}"/>`,
      `<circle class="${classOf(i)}" cx="${beside(x)}" cy="${atY(y)}" r="3"><title>${escapeXml(`${label}: ${y.toFixed(4)} ± ${error.toFixed(4)}`)}</title></circle>`,
    ]),
  ];
}
