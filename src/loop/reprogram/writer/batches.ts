/** Pairs in batches as a design wants them; a rest that fills no batch is left out. */
import type { Design } from "../../../reprogram/design/design.ts";
import { DEFAULT_BATCH } from "../../../reprogram/design/limits.ts";
import type { RefinementPair } from "../../../reprogram/families/family.ts";

export function batchesOf(pairs: readonly RefinementPair[], { train }: Design): RefinementPair[][] {
  const size = Math.min(train?.batch ?? DEFAULT_BATCH, pairs.length);
  return Array.from({ length: Math.floor(pairs.length / size) }, (_, i) => pairs.slice(i * size, (i + 1) * size));
}
