/**
 * The colours of every picture and page, for light and dark. All stand out from the paper by 4.5 to 1 at least (WCAG 2.2,
 * 1.4.3), so that each may also be the colour of text. A file holds plain values: many viewers know no CSS variables.
 */
export interface Scheme {
  readonly ink: string;
  readonly paper: string;
  readonly soft: string;
  readonly line: string;
  readonly tried: string;
  readonly bad: string;
  /** Of series; the first is strop's own: what was kept, the best. Later ones begin again. */
  readonly series: readonly string[];
}

export const LIGHT: Scheme = {
  ink: "#1c2024",
  paper: "#ffffff",
  soft: "#5b6470",
  line: "#e3e6ea",
  tried: "#808c9d",
  bad: "#b42318",
  series: ["#0b7a4b", "#1d5fd0", "#b4530a", "#8a3fc4", "#bd1e70", "#0a7183", "#6b6200", "#56606c", "#85501f"],
};

export const DARK: Scheme = {
  ink: "#e6e8ea",
  paper: "#14171a",
  soft: "#9aa3ad",
  line: "#2b3138",
  tried: "#6f7b89",
  bad: "#ff8a7a",
  series: ["#3fcf8e", "#7fadff", "#f0a35b", "#c99bff", "#ff8fc2", "#4fd0dc", "#d6c552", "#aab4c0", "#d0a47c"],
};

/** The class of a series. */
export const classOf = (series: number): string => `c${series % LIGHT.series.length}`;

const rules = ({ ink, paper, soft, line, tried, bad, series }: Scheme): string =>
  [
    `svg text { fill: ${soft}; } svg .title, svg .ink { fill: ${ink}; } svg .halo { stroke: ${paper}; }`,
    `svg .paper { fill: ${paper}; } svg .grid { stroke: ${line}; } svg .level { stroke: ${soft}; }`,
    `svg .tried, svg .noise { fill: ${tried}; } svg .stopped { stroke: ${tried}; } svg .failed { stroke: ${bad}; }`,
    ...series.map((colour, i) => `svg .c${i} { stroke: ${colour}; fill: ${colour}; } svg text.c${i} { stroke: none; }`),
  ].join("\n");

/** The style sheet of a picture, in a page or as a file of its own. */
export const PICTURE_STYLE = `
svg text { font: 12px system-ui, "Segoe UI", "Noto Sans", sans-serif; } svg .title { font-size: 15px; font-weight: 600; } svg .bold { font-weight: 600; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .band { stroke: none; opacity: .14; } svg .noise { opacity: .2; } svg .leader { stroke-width: 1; opacity: .45; }
svg .dashed { stroke-dasharray: 6 4; } svg .dotted { stroke-dasharray: 2 3; } svg .level { stroke-dasharray: 3 4; }
svg .halo { paint-order: stroke; stroke-width: 4px; stroke-linejoin: round; }
${rules(LIGHT)}
@media (prefers-color-scheme: dark) {
${rules(DARK)}
}
`;
