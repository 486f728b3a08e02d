/** Operators: one arithmetic, comparing or assigning operator for another. */
import { operatorOf } from "../../syntax/literal-place.ts";
import { walk } from "../../syntax/tree.ts";
import {
  brief,
  drivesLoop,
  endsLoop,
  isOffLimits,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
  statementOf,
} from "./rule.ts";

const SWAPS: Readonly<Record<string, readonly string[]>> = {
  "+": ["-", "*"],
  "-": ["+"],
  "*": ["/", "+"],
  "/": ["*"],
  "<": ["<=", ">"],
  "<=": ["<", ">="],
  ">": [">=", "<"],
  ">=": [">", "<="],
  "+=": ["-=", "="],
  "-=": ["+="],
  "*=": ["/="],
  "/=": ["*="],
};

export const operators: Rule = {
  name: "operators",
  weight: 0.4,
  find: (source) => source.nodes.flatMap((node) => swapsAt(source, node)),
};

function swapsAt(source: Source, node: Source["nodes"][number]): readonly Rewrite[] {
  const isAssignment = /^augmented_assignment|^assignment_expression$|^compound_assignment/.test(node.type);
  const operator = isAssignment ? node.children.find((child) => !child.named)?.type : operatorOf(node);
  if (
    operator === undefined ||
    !Object.hasOwn(SWAPS, operator) ||
    isOffLimits(node) ||
    drivesLoop(source, statementOf(node))
  )
    return [];
  // Adding to a string is joining, and dividing a path by one is too: there is no other way of doing it.
  if (/^[+/]/.test(operator) && [...walk(node)].some((inner) => /string/.test(inner.type))) return [];
  if (endsLoop(source, node)) return [];
  const token = node.children.find((child) => child.type === operator);
  if (token === undefined) return [];
  return (SWAPS[operator] ?? []).map((other) => ({
    description: `${operator} becomes ${other} in ${brief(sourceOf(source, node))}`,
    at: token.start,
    replacements: [{ start: token.start, end: token.end, text: other }],
  }));
}
