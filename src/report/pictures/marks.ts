/** What pictures are drawn with: marks that differ by shape as well as by colour, axes, and names at the ends of lines. */
import { escapeXml } from "../escape.ts";
import { classOf } from "./palette.ts";
import { textWidth } from "./ticks.ts";

/** From a value to pixels. */
export type Scale = (value: number) => number;

export interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** At most one decimal: a tenth of a pixel is not seen. */
export const px = (value: number): string => String(Number(value.toFixed(1)));

/** SVG path data around 0, about 8 pixels across. */
const SHAPES = [
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
  "M-3.5 -3.5h7v7h-7z",
  "M0 -5L4.6 3.4h-9.2z",
  "M0 -5L5 0L0 5L-5 0z",
  "M0 5L4.6 -3.4h-9.2z",
  "M-1.4 -4.4h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
];

/** The mark of a series. */
export const mark = (series: number, x: number, y: number, title = ""): string =>
  `<path class="${classOf(series)}" transform="translate(${px(x)} ${px(y)})" d="${SHAPES[series % SHAPES.length]}"${titled(title)}`;

const titled = (title: string): string => (title === "" ? "/>" : `><title>${escapeXml(title)}</title></path>`);

/** Lines across, with what they stand for to the left of them. */
export const rows = (values: readonly number[], labels: readonly string[], at: Scale, edges: Edges): string[] =>
  values.flatMap((value, i) => {
    const y = at(value);
    return [
      `<line class="grid" x1="${px(edges.left)}" x2="${px(edges.right)}" y1="${px(y)}" y2="${px(y)}"/>`,
      `<text x="${px(edges.left - 8)}" y="${px(y + 4)}" text-anchor="end">${labels[i] ?? ""}</text>`,
    ];
  });

/** What stands below the axis, and its name below that. */
export const columns = (
  values: readonly number[],
  { labels, name, at, edges }: { labels: readonly string[]; name: string; at: Scale; edges: Edges },
): string[] => [
  ...values.map(
    (value, i) =>
      `<text x="${px(at(value))}" y="${px(edges.bottom + 18)}" text-anchor="middle">${labels[i] ?? ""}</text>`,
  ),
  `<text x="${px((edges.left + edges.right) / 2)}" y="${px(edges.bottom + 36)}" text-anchor="middle">${escapeXml(name)}</text>`,
];

export interface EndLabel {
  readonly series: number;
  readonly text: string;
  /** Where the line ends. */
  readonly x: number;
  readonly y: number;
}

const LABEL_GAP = 16;

/** Pixels to leave for names at the right. */
export const labelRoom = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => textWidth(text))) + 42;

/** The name of each line beside its end, moved apart where they would lie on each other. Of very many some are left out. */
export function endLabels(labels: readonly EndLabel[], { right, top, bottom }: Edges): string[] {
  const most = Math.floor((bottom - top) / LABEL_GAP) + 1;
  const shown = labels.filter((_, i) => i % Math.ceil(labels.length / most) === 0);
  const sorted = [...shown].sort((a, b) => a.y - b.y);
  const heights = spread(
    sorted.map(({ y }) => y),
    [top, bottom],
  );
  return sorted.flatMap(({ series, text, x, y }, i) => {
    const place = heights[i] ?? y;
    return [
      `<polyline class="${classOf(series)} line leader" style="fill:none" points="${px(x)},${px(y)} ${px(right + 4)},${px(y)} ${px(right + 14)},${px(place)}"/>`,
      mark(series, right + 20, place),
      `<text class="${classOf(series)}" x="${px(right + 30)}" y="${px(place + 4)}">${escapeXml(text)}</text>`,
    ];
  });
}

/** Sorted heights, at least a line of text apart and within the range where they all fit. */
function spread(heights: readonly number[], [top, bottom]: readonly [number, number]): number[] {
  const down: number[] = [];
  for (const height of heights) down.push(Math.max(height, top, (down.at(-1) ?? -Infinity) + LABEL_GAP));
  const up: number[] = [];
  for (const height of down.toReversed()) up.push(Math.min(height, bottom, (up.at(-1) ?? Infinity) - LABEL_GAP));
  return up.reverse();
}
