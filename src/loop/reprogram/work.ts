/** What a source costs, counted before it runs: the same on every machine. */
import { type Setting, sizeOfDesign } from "../../reprogram/design/limits.ts";
import type { Design } from "../../reprogram/design/design.ts";

export interface Cost {
  readonly parameters: number;
  /** Multiplications, forwards and backwards, over all samples. */
  readonly multiplications: number;
}

/** Zeros for a design that has no size in this setting, which `runSource` refuses. */
export function costOf(design: Design, setting: Setting, samples: number): Cost {
  const size = sizeOfDesign(design, setting);
  return "reason" in size
    ? { parameters: 0, multiplications: 0 }
    : { parameters: size.parameters, multiplications: size.work * samples };
}
