/** Budget saved against good runs lost, one panel per family, as SVG text for the docs. */
import type { Summary } from "./summary.ts";

const PANEL = { width: 400, height: 300, left: 52, top: 34, right: 24, bottom: 44 };

export function plotResults(summaries: readonly Summary[]): string {
  const families = [...new Set(summaries.map(({ family }) => family))];
  const panels = families.map(
    (family, i) =>
      `<g transform="translate(${(i % 2) * PANEL.width},${Math.floor(i / 2) * PANEL.height})">${panel(
        family,
        summaries.filter((s) => s.family === family),
      )}</g>`,
  );
  const rows = Math.ceil(families.length / 2);
  const legend = [
    ["own", "self-evaluation"],
    ["classic", "the paper's plain rule and strop's other pruners"],
    ["rival", "Optuna and surestop"],
  ].map(
    ([kind, label], i) =>
      `<circle class="${kind}" cx="${20 + i * 260}" cy="${rows * PANEL.height + 14}" r="5"/><text x="${32 + i * 260}" y="${rows * PANEL.height + 18}">${label}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * PANEL.width} ${rows * PANEL.height + 30}" font-family="sans-serif" font-size="11">
<style>text{fill:#57606a}line{stroke:#8c959f55}.limit{stroke:#cf222e;stroke-dasharray:4 3}.own{fill:#0969da}.classic{fill:#8c959f}.rival{fill:#bc4c00}.title{font-size:13px;font-weight:bold}</style>
${panels.join("\n")}
${legend.join("")}
</svg>
`;
}

function panel(family: string, summaries: readonly Summary[]): string {
  const x = (rate: number) => PANEL.left + Math.sqrt(rate) * (PANEL.width - PANEL.left - PANEL.right);
  const y = (saved: number) => PANEL.height - PANEL.bottom - saved * (PANEL.height - PANEL.top - PANEL.bottom);
  const ticks = [0, 0.05, 0.25, 0.5, 1];
  return [
    `<text class="title" x="${PANEL.left}" y="18">${family}</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (v) =>
        `<line x1="${PANEL.left}" x2="${PANEL.width - PANEL.right}" y1="${y(v)}" y2="${y(v)}"/><text x="${PANEL.left - 6}" y="${y(v) + 4}" text-anchor="end">${v * 100} %</text>`,
    ),
    ...ticks.map((v) => `<text x="${x(v)}" y="${PANEL.height - 26}" text-anchor="middle">${v * 100} %</text>`),
    `<line class="limit" x1="${x(0.05)}" x2="${x(0.05)}" y1="${y(0)}" y2="${y(1)}"/>`,
    `<text x="${(PANEL.left + PANEL.width) / 2}" y="${PANEL.height - 10}" text-anchor="middle">good runs that were stopped (square root scale)</text>`,
    ...summaries
      .filter(({ pruner }) => !pruner.startsWith("bound"))
      .map((s) => {
        const kind =
          s.pruner.startsWith("self-evaluation") && !s.pruner.includes("plain")
            ? "own"
            : /optuna|surestop/.test(s.pruner)
              ? "rival"
              : "classic";
        return `<circle class="${kind}" cx="${x(s.falseAbortRate).toFixed(1)}" cy="${y(s.saved).toFixed(1)}" r="4.5"><title>${s.pruner}: ${(s.saved * 100).toFixed(1)} % saved, ${s.falseAborts} of ${s.good} good runs stopped</title></circle>`;
      }),
  ].join("");
}
