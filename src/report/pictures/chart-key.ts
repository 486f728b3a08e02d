/** What the marks of a run's picture mean: only those that are in it. */
import type { Champion } from "../../journal/state.ts";
import type { ChartScales } from "./chart-scale.ts";
import { shortened } from "../escape.ts";
import { formatScore, grouped } from "../format.ts";
import { classOf } from "./palette.ts";
import { textWidth } from "./ticks.ts";

export interface KeyItem {
  readonly label: string;
  /** The mark around this point. */
  readonly svg: (x: number, y: number) => string;
  /** Pixels that mark and label take. */
  readonly width: number;
}

export interface Keyed {
  readonly points: readonly { readonly score: number | null; readonly kind: string }[];
  readonly series: readonly { readonly label: string; readonly champions: readonly Champion[] }[];
  readonly noise?: number | undefined;
}

/** Classes of the lines of series, which differ by dash as well. */
export const lineClass = (series: number): string =>
  `line ${classOf(series)}${["", " dashed", " dotted"][series % 3] ?? ""}`;

export function chartKey({ points, series, noise = 0 }: Keyed, { beyond }: ChartScales): KeyItem[] {
  const count = (kind: string): number => points.filter((point) => point.kind === kind).length;
  const outside = points.filter(({ score, kind }) => kind !== "kept" && score !== null && beyond(score) !== 0).length;
  const dot = (kind: string, r: number) => (x: number, y: number) =>
    `<circle class="${kind}" cx="${x}" cy="${y}" r="${r}"/>`;
  const tick = (kind: string, length: number) => (x: number, y: number) =>
    `<line class="${kind}" stroke-width="2" x1="${x}" x2="${x}" y1="${y + 5 - length}" y2="${y + 5}"/>`;
  const line = (i: number) => (x: number, y: number) =>
    `<line class="${lineClass(i)}" x1="${x - 9}" x2="${x + 9}" y1="${y}" y2="${y}"/>`;
  const band = (x: number, y: number) => `<rect class="noise" x="${x - 8}" y="${y - 5}" width="16" height="10"/>`;
  const [kept, stopped, failed] = [count("kept"), count("stopped"), count("failed")];
  return [
    ...(kept > 0 ? [item(kept > 1 || points.length > 1 ? "kept" : "baseline", dot(classOf(0), 4.5))] : []),
    ...(count("tried") > 0 ? [item("tried, not kept", dot("tried", 3))] : []),
    ...(outside > 0
      ? [
          item(
            `${grouped(outside)} beyond the scale`,
            (x, y) => `<path class="tried" transform="translate(${x} ${y})" d="M-4 4L0 -4L4 4z"/>`,
          ),
        ]
      : []),
    ...(stopped > 0 ? [item(`${grouped(stopped)} stopped early`, tick("stopped", 5))] : []),
    ...(failed > 0 ? [item(`${grouped(failed)} without a score`, tick("failed", 10))] : []),
    ...(noise > 0 ? [item(`± ${formatScore(Number(noise.toPrecision(2)))}, the noise of one run`, band)] : []),
    ...(series.length > 1 ? series.map(({ label }, i) => item(shortened(label, 40), line(i))) : []),
  ];
}

const item = (label: string, svg: KeyItem["svg"]): KeyItem => ({ label, svg, width: textWidth(label) + 40 });
