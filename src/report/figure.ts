/** A picture as an SVG file of its own: title, key, colours for light and dark. Pure; the house of the chart files. */
import { escapeXml } from "./chart.ts";

/** Series beyond these take the first colours again. */
const COLOURS = ["#0b7a4b", "#b45309", "#1d4ed8", "#9333ea", "#b42318", "#0f766e"];
const DARK_COLOURS = ["#3fcf8e", "#f0a35b", "#7aa2ff", "#c99bff", "#ff8a7a", "#5eead4"];

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** One for each colour, in the order of the classes `c0`, `c1` … */
  readonly key: readonly string[];
}

export const classOf = (series: number): string => `c${series % COLOURS.length}`;

const colours = (all: readonly string[]): string =>
  all.map((colour, i) => `.c${i} { stroke: ${colour}; fill: ${colour}; }`).join(" ");

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #6b7280; stroke: none; } .title { font-size: 14px; fill: #1c2024; }
.paper { fill: #fff; } .grid { stroke: #e5e7eb; } .line { fill: none; stroke-width: 2; } .dashed { stroke-dasharray: 5 4; }
${colours(COLOURS)}
@media (prefers-color-scheme: dark) { .paper { fill: #14171a; } .grid { stroke: #2b3138; } text { fill: #9aa3ad; } .title { fill: #e6e8ea; }
${colours(DARK_COLOURS)} }
`;

const KEY_WIDTH = 190;

/** `body` is drawn below the title and above the key; lines of `line` are not filled. */
export function figure({ width, height, title, key }: Frame, body: readonly string[]): string {
  const perRow = Math.max(1, Math.floor((width - 16) / KEY_WIDTH));
  const rows = Math.ceil(key.length / perRow);
  const whole = height + rows * 18 + 8;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${whole}"/>`,
    `<text class="title" x="16" y="22">${escapeXml(title)}</text>`,
    ...body,
    ...key.flatMap((label, i) => {
      const [x, y] = [16 + (i % perRow) * KEY_WIDTH, height + 12 + Math.floor(i / perRow) * 18];
      return [
        `<rect class="${classOf(i)}" x="${x}" y="${y - 9}" width="10" height="10"/>`,
        `<text x="${x + 16}" y="${y}">${escapeXml(shortened(label))}</text>`,
      ];
    }),
    "</svg>",
  ].join("\n")}\n`;
}

/** Names of models can be addresses: the beginning and the end tell them apart. */
export const shortened = (label: string): string =>
  label.length <= 28 ? label : `${label.slice(0, 13)}…${label.slice(-14)}`;

/** Round numbers from `low` to `high`, about five. */
export function ticks(low: number, high: number): number[] {
  const raw = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= 0.7 * raw) ?? raw;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first;
  return Array.from({ length: count + 1 }, (_, i) => (first + i) * step);
}

/** As many digits as tell neighbouring ticks apart. */
export function tickLabel(value: number, step: number): string {
  return value.toFixed(Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}
