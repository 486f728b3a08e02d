/** The families that sources can be generated from; a further one is a file of its own and a line here. */
import { StropError } from "../../core/errors.ts";
import { blocksFamily } from "./blocks.ts";
import { convFamily } from "./conv.ts";
import type { Family } from "./family.ts";
import { recipeFamily } from "./recipe.ts";
import { transformerFamily } from "./transformer.ts";

export const families: readonly Family[] = [transformerFamily, convFamily, recipeFamily, blocksFamily];

/** @throws StropError `reprogram.no-family` */
export function familyNamed(name: string): Family {
  const family = families.find((one) => one.name === name);
  if (family !== undefined) return family;
  const known = families.map((one) => one.name).join(", ");
  throw new StropError("reprogram.no-family", `expected one of ${known}, found ${name}`);
}
