/** A function that does nothing but give a value remembers what it gave. */
import { isPython, type Rule } from "../../rule.ts";
import { rememberedInPython } from "./python.ts";

export const memo: Rule = {
  name: "memo",
  weight: 0.8,
  find: (source) => (isPython(source) ? rememberedInPython(source) : []),
};
