/** Lines over numbers as SVG text, for pictures that stand alone: colours are in the picture, light and dark. Pure. */
import { escapeXml } from "../../report/chart.ts";

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Points only. */
  readonly isScattered?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  /** y on a logarithmic scale; all its values must be above 0. */
  readonly isLogarithmic?: boolean;
}

const WIDTH = 880;
const HEIGHT = 420;
const MARGIN = { top: 44, right: 190, bottom: 44, left: 72 };
const COLOURS = [
  "#4269d0",
  "#efb118",
  "#ff725c",
  "#6cc5b0",
  "#3ca951",
  "#ff8ab7",
  "#a463f2",
  "#97bbf5",
  "#9c6b4e",
  "#9498a0",
  "#005f73",
];

const STYLE = `text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}line,polyline{fill:none}.title{font-size:15px}
@media(prefers-color-scheme:dark){svg{background:#16181d}text{fill:#ddd}.grid{stroke:#333}}`;

/** A picture without lines says so. */
export function lineChartSvg(chart: LineChart): string {
  const points = chart.lines.flatMap(({ points: some }) =>
    some.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
  );
  const empty = points.length === 0;
  const { x, y, ticks } = scales(empty ? [[0, 1]] : points, chart.isLogarithmic === true);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(chart.title)}">`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="${MARGIN.left}" y="20">${escapeXml(chart.title)}</text>`,
    `<text x="8" y="${MARGIN.top - 10}">${escapeXml(chart.y)}</text>`,
    `<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 8}" text-anchor="end">${escapeXml(chart.x)}</text>`,
    ...(empty
      ? [`<text x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle">nothing yet</text>`]
      : axes(ticks, { x, y })),
    ...chart.lines.flatMap((line, i) => drawLine(line, { x, y, place: i })),
    "</svg>",
    "",
  ].join("\n");
}

type Scale = (value: number) => number;
interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}
interface Ticks {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

function scales(
  points: readonly (readonly [number, number])[],
  isLogarithmic: boolean,
): Scales & { readonly ticks: Ticks } {
  const [left, right] = extent(points.map(([x]) => x));
  const shape = isLogarithmic ? Math.log : (value: number) => value;
  const back = isLogarithmic ? Math.exp : (value: number) => value;
  const [low, high] = extent(points.map(([, y]) => shape(y)));
  const along = (count: number, from: number, to: number) =>
    Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  return {
    x: (value) => MARGIN.left + ((value - left) / (right - left)) * (WIDTH - MARGIN.left - MARGIN.right),
    y: (value) =>
      HEIGHT - MARGIN.bottom - ((shape(value) - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom),
    ticks: { x: along(6, left, right), y: along(5, low, high).map(back) },
  };
}

/** Least and most, apart. */
function extent(values: readonly number[]): [number, number] {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

const axes = (ticks: Ticks, { x, y }: Scales): string[] => [
  ...ticks.y.map(
    (v) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(v).toFixed(1)}" y2="${y(v).toFixed(1)}"/>`,
  ),
  ...ticks.y.map(
    (v) => `<text x="${MARGIN.left - 8}" y="${(y(v) + 4).toFixed(1)}" text-anchor="end">${short(v)}</text>`,
  ),
  ...ticks.x.map((v) => `<text x="${x(v).toFixed(1)}" y="${HEIGHT - 26}" text-anchor="middle">${short(v)}</text>`),
];

function drawLine(
  { label, points, isScattered }: Line,
  { x, y, place }: Scales & { readonly place: number },
): string[] {
  const colour = COLOURS[place % COLOURS.length] as string;
  const at = points
    .filter(([, value]) => Number.isFinite(value))
    .map(([a, b]) => [x(a).toFixed(1), y(b).toFixed(1)] as const);
  const drawn =
    isScattered === true
      ? at.map(([a, b]) => `<circle cx="${a}" cy="${b}" r="3.5" fill="${colour}"/>`)
      : [`<polyline stroke="${colour}" stroke-width="1.8" points="${at.map((pair) => pair.join(",")).join(" ")}"/>`];
  const row = MARGIN.top + 4 + place * 18;
  const [from, to] = [WIDTH - MARGIN.right + 16, WIDTH - MARGIN.right + 34];
  return [
    ...drawn,
    `<line x1="${from}" x2="${to}" y1="${row}" y2="${row}" stroke="${colour}" stroke-width="3"/>`,
    `<text x="${to + 6}" y="${row + 4}">${escapeXml(label.slice(0, 24))}</text>`,
  ];
}

const short = (value: number): string =>
  Math.abs(value) >= 1e6
    ? `${(value / 1e6).toPrecision(3)}M`
    : Math.abs(value) >= 1e4
      ? `${(value / 1e3).toPrecision(3)}k`
      : String(Number(value.toPrecision(3)));
