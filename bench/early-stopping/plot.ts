/** Budget saved against good runs lost, one panel per family, as an SVG file of its own for the docs. */
import { escapeXml } from "../../src/report/escape.ts";
import { figure } from "../../src/report/pictures/figure.ts";
import { columns, type Edges, mark, px, rows, type Scale } from "../../src/report/pictures/marks.ts";
import { tickLabels } from "../../src/report/pictures/ticks.ts";
import type { Summary } from "./summary.ts";

const PANEL = { width: 440, height: 330 };
const EDGES: Edges = { left: 68, right: PANEL.width - 26, top: 34, bottom: PANEL.height - 64 };
const KEY = ["self-evaluation", "Optuna and surestop", "the paper's plain rule and strop's other pruners"];
/** What may be lost of good runs. */
const LIMIT = 0.05;

export function plotResults(summaries: readonly Summary[]): string {
  const families = [...new Set(summaries.map(({ family }) => family))];
  const frame = {
    width: 2 * PANEL.width,
    height: Math.ceil(families.length / 2) * PANEL.height,
    title: "Training time saved against good runs lost: the better, the further to the top left",
    subtitle: `share of the budget that is saved; dashed: ${100 * LIMIT} % of good runs lost, the most that was aimed at`,
    key: KEY,
  };
  return figure(
    frame,
    families.map((family, i) => {
      const own = summaries.filter((one) => one.family === family && !one.pruner.startsWith("bound"));
      const at = `translate(${(i % 2) * PANEL.width} ${Math.floor(i / 2) * PANEL.height})`;
      return `<g transform="${at}">${panel(family, own).join("\n")}</g>`;
    }),
  );
}

function panel(family: string, summaries: readonly Summary[]): string[] {
  // Half of the width for what loses less than a quarter: that is where the pruners are that could be used.
  const atX: Scale = (rate) => EDGES.left + Math.sqrt(rate) * (EDGES.right - EDGES.left);
  const atY: Scale = (saved) => EDGES.bottom - saved * (EDGES.bottom - EDGES.top);
  const [shares, rates] = [
    [0, 0.25, 0.5, 0.75, 1],
    [0, 0.05, 0.25, 0.5, 1],
  ];
  const limit = px(atX(LIMIT));
  return [
    `<text class="ink bold" x="${EDGES.left}" y="18">${escapeXml(family)}</text>`,
    ...rows(shares, tickLabels(shares, true), atY, EDGES),
    ...columns(rates, {
      labels: rates.map((rate) => `${100 * rate} %`),
      name: "good runs that were stopped (square root scale)",
      at: atX,
      edges: EDGES,
    }),
    `<line class="level" x1="${limit}" x2="${limit}" y1="${EDGES.top}" y2="${EDGES.bottom}"/>`,
    ...summaries
      .toSorted((a, b) => seriesOf(b.pruner) - seriesOf(a.pruner))
      .map((one) => mark(seriesOf(one.pruner), atX(one.falseAbortRate), atY(one.saved), titleOf(one))),
  ];
}

/** Index into the key. */
function seriesOf(pruner: string): number {
  if (pruner.startsWith("self-evaluation") && !pruner.includes("plain")) return 0;
  return /optuna|surestop/.test(pruner) ? 1 : 2;
}

const titleOf = ({ pruner, saved, falseAborts, good }: Summary): string =>
  `${pruner}: ${(saved * 100).toFixed(1)} % saved, ${falseAborts} of ${good} good runs stopped`;
