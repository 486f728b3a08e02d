/**
 * Known functions written as programs: the literals are the variables, so a proposer that only sees the text has to
 * find them, judge their ranges and search.
 */
import { runInNewContext } from "node:vm";

import type { ProgramFiles } from "../../src/core/edit.ts";
import { findLiterals, type LiteralValue } from "../../src/syntax/literals.ts";

export interface ProgramFunction {
  readonly name: string;
  readonly program: ProgramFiles;
  /** Lowest possible score. */
  readonly minimum: number;
  /** Standard deviation of the logarithm of the gap to `minimum` that a proposer is shown; default 0. */
  readonly noise?: number;
  /** Without noise. */
  score(files: ProgramFiles): Promise<number | null>;
}

type Values = Readonly<Record<string, LiteralValue>>;

/** A function of the program's named literals; a value it does not accept makes the program fail. */
function ofLiterals(name: string, text: string, f: (values: Values) => number | null): ProgramFunction {
  const path = "program.py";
  const score = async (files: ProgramFiles) => {
    const { sites } = await findLiterals(path, files[path] ?? "");
    return f(Object.fromEntries(sites.map((site) => [site.name, site.value])));
  };
  return { name, program: { [path]: text }, minimum: 0, score };
}

const number = (values: Values, name: string): number => Number(values[name]);

/** Squared distance from the optimum, every rate in decades. */
export const sphere = ofLiterals(
  "sphere, 6 rates",
  ["a", "b", "c", "d", "e", "f"].map((name) => `rate_${name} = 0.01\n`).join(""),
  (values) => {
    const targets = [0.05, 0.003, 0.02, 0.008, 0.04, 0.0015];
    return targets.reduce((sum, target, i) => sum + Math.log10(number(values, `rate_${"abcdef"[i]}`) / target) ** 2, 0);
  },
);

/** Rosenbrock's valley in four fractions: the variables depend on each other. */
export const rosenbrock = ofLiterals(
  "rosenbrock, 4 fractions",
  [0, 1, 2, 3].map((i) => `fraction_${i} = 0.2\n`).join(""),
  (values) => {
    const x = [0, 1, 2, 3].map((i) => number(values, `fraction_${i}`) * 2);
    return x
      .slice(1)
      .reduce((sum, next, i) => sum + 100 * (next - (x[i] as number) ** 2) ** 2 + (1 - (x[i] as number)) ** 2, 0);
  },
);

/** Branin on its usual square, minus its minimum. */
export const branin = ofLiterals("branin", "prob_x = 0.1\nprob_y = 0.1\n", (values) => {
  const x = 15 * (number(values, "prob_x") / 0.95) - 5;
  const y = 15 * (number(values, "prob_y") / 0.95);
  const valley = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
  return valley ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.39788735772973816;
});

/** A caricature of training: rates, widths, a depth, a schedule and a switch, a memory limit, and knobs that do nothing. */
export const training = ofLiterals(
  "training, 12 mixed",
  `learning_rate = 0.01
weight_decay = 0.1
beta1 = 0.9
beta2 = 0.999
dropout = 0.5
width = 64
batch_size = 128
layers = 2
schedule = "constant"
use_bias = True
alpha = 0.3
temperature = 1.5
if schedule == "cosine" or schedule == "linear" or schedule == "constant": pass
`,
  (values) => {
    const [width, layers, batch] = [number(values, "width"), number(values, "layers"), number(values, "batch_size")];
    if (width * width * layers > 400_000 || width % 8 !== 0) return null;
    const capacity = Math.abs(Math.log2((width * Math.sqrt(layers)) / 320));
    const rate = Math.log10(number(values, "learning_rate") / (0.04 / Math.sqrt(width))) ** 2;
    const decay = 0.1 * Math.log10(number(values, "weight_decay") / 0.02) ** 2;
    const schedule = { cosine: 0, linear: 0.05, constant: 0.2 }[String(values["schedule"])] ?? 1;
    const rest =
      0.5 * number(values, "dropout") ** 2 +
      0.2 * Math.abs(Math.log2(batch / 32)) +
      (values["use_bias"] === true ? 0.05 : 0);
    return rate + decay + 0.4 * capacity + schedule + rest + 2 * Math.abs(number(values, "beta1") - 0.85);
  },
);

/** Sixteen knobs of which three matter, as in most programs. */
export const sparse = ofLiterals(
  "sparse, 3 of 16 rates",
  Array.from({ length: 16 }, (_, i) => `rate_${"abcdefghijklmnop"[i]} = 0.1\n`).join(""),
  (values) =>
    Math.log10(number(values, "rate_c") / 0.6) ** 2 +
    Math.log10(number(values, "rate_g") / 0.02) ** 2 +
    Math.log10(number(values, "rate_k") / 1.1) ** 2,
);

/** A program that is run: a curve to fit, in which three pieces of code are wrong besides four numbers. */
export const curve: ProgramFunction = {
  name: "curve, code and numbers",
  minimum: 0,
  program: {
    "program.js": `function curve(x) {
  const gain = 0.5;
  let y = Math.min(x, 0.8);
  y = y * gain;
  y = y - 0.1;
  y = Math.tanh(y) * 1.5;
  if (x > 1 && y > 2) {
    y = y + 0.4;
  }
  return y;
}
`,
  },
  score(files) {
    return Promise.resolve(meanSquaredError(files["program.js"] ?? ""));
  },
};

/** Against y = 0.7·max(x, 0.5), and 0.6 more beyond 1; null for a program that fails. */
function meanSquaredError(text: string): number | null {
  const grid = Array.from({ length: 41 }, (_, i) => -2 + i / 10);
  try {
    const y = runInNewContext(`${text}\n[${grid.join()}].map(curve)`, {}, { timeout: 1000 }) as unknown[];
    return (
      grid.reduce((sum, x, i) => sum + (Number(y[i]) - 0.7 * Math.max(x, 0.5) - (x > 1 ? 0.6 : 0)) ** 2, 0) /
      grid.length
    );
  } catch {
    // Whatever a mutated program throws is a failed trial.
    return null;
  }
}

/** A function whose trials scatter. */
const noisy = (f: ProgramFunction, noise: number): ProgramFunction => ({ ...f, name: `${f.name}, noisy`, noise });

/** Known functions without noise. */
export const functions: readonly ProgramFunction[] = [sphere, rosenbrock, branin, training, sparse, curve];

/** As training is: scores scatter, programs fail. */
export const noisyFunctions: readonly ProgramFunction[] = [noisy(training, 0.1), noisy(sparse, 0.1)];
