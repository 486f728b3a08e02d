/** The power curves as an SVG file of its own, readable on light and dark pages. */

export interface Curve {
  readonly name: string;
  /** (effect in σ, power) */
  readonly points: readonly (readonly [number, number])[];
  /** Share of null runs in which the rule keeps something, for the legend. */
  readonly falseRuns: number;
}

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [760, 380, 56, 20, 250, 44];
const COLOURS = ["#0b7a4b", "#b45309", "#6d5bd0", "#b42318", "#0e7490", "#64748b"];

export function powerPlot(curves: readonly Curve[]): string {
  const largest = Math.max(...curves.flatMap(({ points }) => points.map(([effect]) => effect)));
  // Half of the width for effects up to a quarter of the largest: that is where the rules differ.
  const x = (effect: number) => LEFT + Math.sqrt(effect / largest) * (WIDTH - LEFT - RIGHT);
  const y = (power: number) => HEIGHT - BOTTOM - power * (HEIGHT - TOP - BOTTOM);
  const effects = [...new Set(curves.flatMap(({ points }) => points.map(([effect]) => effect)))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#7d8590">`,
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (p) =>
        `<path d="M${LEFT} ${y(p)}H${WIDTH - RIGHT}" stroke="#7d8590" opacity=".3"/><text x="${LEFT - 8}" y="${y(p) + 4}" text-anchor="end">${p * 100} %</text>`,
    ),
    ...effects.map(
      (effect) => `<text x="${x(effect).toFixed(1)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${effect}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">true gain in standard deviations of one run</text>`,
    `<text x="${WIDTH - RIGHT + 16}" y="${TOP + 4}">kept when real (curve); 200-candidate</text>`,
    `<text x="${WIDTH - RIGHT + 16}" y="${TOP + 20}">runs of pure noise that keep something:</text>`,
    ...curves.flatMap((curve, i) => drawn(curve, { x, y, colour: COLOURS[i % COLOURS.length] as string, row: i })),
    "</svg>",
    "",
  ].join("\n");
}

interface Place {
  readonly x: (effect: number) => number;
  readonly y: (power: number) => number;
  readonly colour: string;
  readonly row: number;
}

function drawn({ name, points, falseRuns }: Curve, { x, y, colour, row }: Place): string[] {
  const path = points.map(([effect, power]) => `${x(effect).toFixed(1)},${y(power).toFixed(1)}`).join(" ");
  const at = TOP + 48 + row * 22;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(
      ([effect, power]) => `<circle cx="${x(effect).toFixed(1)}" cy="${y(power).toFixed(1)}" r="3" fill="${colour}"/>`,
    ),
    `<path d="M${WIDTH - RIGHT + 16} ${at - 4}h18" stroke="${colour}" stroke-width="3"/>`,
    `<text x="${WIDTH - RIGHT + 40}" y="${at}" fill="${colour}">${name}: ${(falseRuns * 100).toFixed(1)} %</text>`,
  ];
}
