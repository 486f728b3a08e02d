/**
 * A task that costs nothing to score: the numbers of a little annealing program, each worth the more the nearer it is to an
 * optimum. The program is read, not run, so what is measured is how improvers search and not how fast searches run.
 */

export const START = `\
export function algorithm(n: number): number {
  const steps = 60;
  const cooling = 0.98;
  let temperature = 5;
  let x = n;
  for (let step = 0; step < steps; step++) {
    x = x * cooling + temperature;
    temperature *= cooling;
  }
  return x;
}
`;

/** In decades or so from the optimum, a bell of this width. */
const near = (value: number, optimum: number, width: number): number =>
  Math.exp(-(((Math.log(value) - Math.log(optimum)) / width) ** 2));

const INTACT = [/step < steps;/, /temperature \*= cooling/, /x = x \* cooling \+ temperature/];

/** In [0, 1]. The test optimum lies elsewhere than that of validation. */
export function scoreOf(text: string, split: "validation" | "test"): number {
  const shift = split === "test" ? 2 : 1;
  const numbers = [/steps = ([\d.e-]+)/, /cooling = ([\d.e-]+)/, /temperature = ([\d.e-]+)/].map((pattern) =>
    Number(pattern.exec(text)?.[1]),
  );
  const [steps = 0, cooling = 0, temperature = 0] = numbers;
  if (!numbers.every((value) => value > 0) || cooling >= 1) return 0;
  if (!INTACT.every((pattern) => pattern.test(text))) return 0.05;
  const worth = [near(steps, 3000 * shift, 3), near(1 - cooling, 0.001 / shift, 2), near(temperature, shift, 1.5)];
  return 0.1 + 0.3 * worth.reduce((sum, one) => sum + one, 0);
}
