/** A picture as an SVG file of its own: paper, title and key around what is drawn. Pure; the house of the chart files. */
import { escapeXml, shortened } from "../escape.ts";
import { mark, px } from "./marks.ts";
import { PICTURE_STYLE } from "./palette.ts";
import { textWidth } from "./ticks.ts";

export interface Frame {
  readonly width: number;
  /** Of what is drawn. */
  readonly height: number;
  readonly title: string;
  /** What is shown, in one line below the title. */
  readonly subtitle?: string;
  /** One for each series, in their order; none where names stand beside the lines. */
  readonly key?: readonly string[];
}

const SIDE = 16;

/** `body` is drawn below title and key, with its own origin there. */
export function figure({ width, height, title, subtitle = "", key = [] }: Frame, body: readonly string[]): string {
  const places = keyPlaces(
    key.map((label) => shortened(label, 60)),
    width,
  );
  const base = subtitle === "" ? 36 : 56;
  const head = base + (places.length === 0 ? 0 : (places.at(-1)?.y ?? 0) + 24);
  const whole = head + height;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${px(whole)}" viewBox="0 0 ${width} ${px(whole)}" role="img" aria-label="${escapeXml(title)}">`,
    `<style>${PICTURE_STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${px(whole)}"/>`,
    `<text class="title" x="${SIDE}" y="25">${escapeXml(title)}</text>`,
    ...(subtitle === "" ? [] : [`<text x="${SIDE}" y="45">${escapeXml(subtitle)}</text>`]),
    ...places.flatMap(({ label, x, y }, series) => [
      mark(series, x, base + y + 8),
      `<text x="${px(x + 10)}" y="${px(base + y + 12)}">${escapeXml(label)}</text>`,
    ]),
    `<g transform="translate(0 ${px(head)})">`,
    ...body,
    "</g>",
    "</svg>",
  ].join("\n")}\n`;
}

/** One beside the other, in as many rows as they need. */
function keyPlaces(labels: readonly string[], width: number): { label: string; x: number; y: number }[] {
  let [x, y] = [SIDE + 5, 0];
  return labels.map((label) => {
    const room = textWidth(label) + 34;
    if (x + room > width && x > SIDE + 5) [x, y] = [SIDE + 5, y + 20];
    const place = { label, x, y };
    x += room;
    return place;
  });
}
