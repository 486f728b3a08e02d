/** The power curves as an SVG file of its own: how large a gain must be to be kept, and what else each rule keeps. */
import { lineChartSvg } from "../../src/report/pictures/line-chart.ts";

export interface Curve {
  readonly name: string;
  /** (effect in σ, power) */
  readonly points: readonly (readonly [number, number])[];
  /** Share of null runs in which the rule keeps something. */
  readonly falseRuns: number;
}

export const powerPlot = (curves: readonly Curve[]): string =>
  lineChartSvg({
    title: "Real gains that are kept, by size; at the right: runs of 200 edits that do nothing which keep any",
    x: "true gain in standard deviations of one run (logarithmic)",
    y: "share of gains that are kept",
    isShare: true,
    isLogarithmicX: true,
    lines: curves.map(({ name, points, falseRuns }) => ({
      label: `${name}: ${(100 * falseRuns).toFixed(1)} %`,
      points,
    })),
  });
