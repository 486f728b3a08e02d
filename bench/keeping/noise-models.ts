/** Ways in which scores are noisy. Each gives scores of standard deviation 1 (or scale 1 where there is none) around 0. */
import type { Random } from "../../src/core/numerics/random.ts";

/** The next score's noise; called once per run of any program, in order of time. */
export type Noise = () => number;

export const NOISES: Readonly<Record<string, (random: Random) => Noise>> = {
  gaussian: (random) => () => random.normal(),
  "student-t(3)": (random) => () => student3(random) / Math.sqrt(3),
  laplace: (random) => () => {
    const u = random.next() - 0.5;
    return (-Math.sign(u) * Math.log(Math.max(1e-12, 1 - 2 * Math.abs(u)))) / Math.SQRT2;
  },
  /** One run in ten goes astray, and then mostly for the worse. */
  "bad runs": (random) => () => (random.next() < 0.1 ? random.normal() * 3 + 2 : random.normal() * 0.6),
  /** The machine's speed wanders: half a standard deviation per run. */
  drifting: (random) => {
    let level = 0;
    return () => (level += 0.5 * random.normal()) + random.normal();
  },
  /** A steady decline, a fifth of a standard deviation per run. */
  "steady drift": (random) => {
    let level = 0;
    return () => (level += 0.2) + random.normal();
  },
  /** Accuracy on 100 samples: coarse, with many ties. */
  coarse: (random) => () => Math.round(random.normal() * 1.5) / 1.5,
};

const student3 = (random: Random): number => {
  const chi = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(chi / 3);
};
