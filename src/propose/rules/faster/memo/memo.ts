/** A function that does nothing but give a value remembers what it gave. */
import { isPython, isScript, type Rule } from "../../rule.ts";
import { rememberedInPython } from "./python.ts";
import { rememberedInScript } from "./script.ts";

export const memo: Rule = {
  name: "memo",
  weight: 1.5,
  find: (source) =>
    isPython(source) ? rememberedInPython(source) : isScript(source) ? rememberedInScript(source) : [],
};
