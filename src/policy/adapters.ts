/** Low-rank adapters (LoRA: Hu et al. 2022) by the names that nn gives them: `x.adapter.down` and `x.adapter.up` beside `x.weight`. */
import type { LoraOptions } from "../nn/index.ts";
import type { Weights } from "./network.ts";

/** Weights with what was learned beside them: W + (α / r)·down·up where there is an adapter, the learned values where they stand alone. */
export function mergeAdapters(base: Weights, learned: Weights, { rank, alpha = rank }: LoraOptions): Weights {
  const merged = Object.entries(base).map(([name, values]): [string, Float32Array] => {
    const path = name.replace(/\.weight$/, ".adapter");
    const [down, up] = [learned[`${path}.down`], learned[`${path}.up`]];
    if (down === undefined || up === undefined) return [name, learned[name] ?? values];
    const columns = up.length / rank;
    const added = values.map((value, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      let sum = 0;
      for (let r = 0; r < rank; r++) sum += (down[row * rank + r] as number) * (up[r * columns + column] as number);
      return value + (alpha / rank) * sum;
    });
    return [name, added];
  });
  return Object.fromEntries(merged);
}
