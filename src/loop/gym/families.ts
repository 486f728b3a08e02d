/** Every family of the gym by name. None of what bench/policy measures on is among them. */
import { StropError } from "../../core/errors.ts";
import { code } from "../../propose/policy/gym/code-family.ts";
import { SHAPES } from "../../propose/policy/gym/families.ts";
import type { Family } from "../../propose/policy/gym/gym-task.ts";
import { digitsFamily } from "./digits-family.ts";
import { searches } from "./search-families.ts";

const DIGITS = "digits";
const PLAIN: readonly Family[] = [...SHAPES, code, ...searches];

export const familyNames: readonly string[] = [...PLAIN.map(({ name }) => name), DIGITS];

/** In the order given, all by default. Throws StropError `gym.unknown-family`. */
export async function familiesNamed(names: readonly string[] = familyNames): Promise<readonly Family[]> {
  const unknown = names.find((name) => !familyNames.includes(name));
  if (unknown !== undefined || names.length === 0)
    throw new StropError("gym.unknown-family", `expected families of the gym, found ${JSON.stringify(unknown ?? "")}`, {
      hint: `Choose from: ${familyNames.join(", ")}.`,
    });
  return Promise.all(names.map(async (name) => PLAIN.find((family) => family.name === name) ?? digitsFamily()));
}
