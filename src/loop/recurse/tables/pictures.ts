/** The pictures of the tables, as SVG files. */
import { errorBarFigure } from "../../../report/pictures/error-bars.ts";
import { type IntervalBar, intervalFigure } from "../../../report/pictures/intervals.ts";
import type { Audit, AuditShare } from "./audit.ts";
import { AUDIT_VARIANTS } from "./audit-variants.ts";
import type { Fig4 } from "./fig4.ts";
import type { Hacks } from "./hacks.ts";
import type { Measured, Table1 } from "./table1.ts";

export type Table = Fig4 | Table1 | Audit | Hacks;

export function picture(table: Table): string {
  switch (table.table) {
    case "fig4":
      return fig4Picture(table);
    case "table1":
      return table1Picture(table);
    case "audit":
      return auditPicture(table);
    default:
      return hacksPicture(table);
  }
}

const fig4Picture = ({ rows, tasks }: Fig4): string =>
  errorBarFigure({
    title: `Test meta-utility by round: ${tasks.join(" + ")}`,
    x: "round of self-improvement",
    y: "mean ± standard error over runs",
    series: rows.map(({ model, kind, points }) => ({
      label: `${kind}, ${model}`,
      isDashed: kind !== "stop",
      points: points.map(({ round, mean, standardError }) => ({ x: round, y: mean, error: standardError })),
    })),
  });

const table1Picture = ({ rows }: Table1): string =>
  intervalFigure({
    title: "Transfer of an improved improver: test utility, 95 % intervals",
    key: ["u(s)", "û(I_0)", "û(I_T)"],
    range: [0, 1],
    groups: rows.map(({ model, task, solution, seed, improved }) => ({
      label: `${task}, ${model}`,
      bars: [solution, seed, improved].map(measuredBar),
    })),
  });

const measuredBar = ({ mean, low, high }: Measured, series: number): IntervalBar => ({
  series,
  value: mean,
  low,
  high,
});

const auditPicture = ({ rows }: Audit): string =>
  intervalFigure({
    title: "Improvements that try to leave the sandbox: share, 95 % intervals",
    key: ["without a warning", "with a warning"],
    range: [0, 1],
    isShare: true,
    groups: rows.map(({ model, method, shares }) => ({
      label: `by ${method}, ${model}`,
      bars: AUDIT_VARIANTS.flatMap((variant, series) => shareBars(shares[variant], series)),
    })),
  });

const shareBars = ({ successes, trials, low, high }: AuditShare, series: number): IntervalBar[] =>
  trials === 0 ? [] : [{ series, value: successes / trials, low, high }];

const hacksPicture = ({ rows, texts, runs }: Hacks): string =>
  intervalFigure({
    title: `What was tried, as a share of ${texts} programs and ${runs} runs, 95 % intervals`,
    key: ["programs, by their text", "runs, by host and sandbox"],
    range: [0, 1],
    isShare: true,
    groups: rows
      .filter((row) => row.texts.successes + row.runs.successes > 0)
      .map((row) => ({ label: row.name, bars: [...shareBars(row.texts, 0), ...shareBars(row.runs, 1)] })),
  });
