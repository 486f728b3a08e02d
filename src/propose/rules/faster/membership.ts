/** A list that is asked what it contains is asked as a set. */
import { isPython, isScript, type Rule } from "../rule.ts";
import { membershipInPython } from "./python/known-lists.ts";
import { setBeside } from "./scripts/set-beside.ts";
import { askedOfSet } from "./scripts/sets.ts";

export const membership: Rule = {
  name: "membership",
  weight: 1.2,
  find: (source) =>
    isPython(source)
      ? membershipInPython(source)
      : isScript(source)
        ? source.nodes.flatMap((node) => [...setBeside(source, node), ...askedOfSet(source, node)])
        : [],
};
