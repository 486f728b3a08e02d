/**
 * Training idiom: a learning rate that warms up or decays. Multiplies a use of the rate by a factor of the step or of
 * the spent part of the budget, where the program has such a variable at hand.
 */
import { remember } from "../../core/remember.ts";
import { lastIdentifier } from "../../syntax/names.ts";
import { ancestors, childOf, type SyntaxNode } from "../../syntax/tree.ts";
import {
  isOffLimits,
  isPython,
  isScript,
  replaceNode,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
  statementOf,
} from "./rule.ts";

const RATE = /^(?:(?:base|max|peak|initial)_?)?(?:learning_?rate|lr|step_?size)$/i;
const PROGRESS = /^(?:progress|fraction_?(?:done|spent)|time_?fraction)$/i;
const STEP = /^(?:step|iteration|iter|it|epoch|i|t)$/;
const TOTAL = /^(?:(?:max|num|total|n)_?(?:steps|iters|iterations|epochs)|steps|iterations|epochs)$/i;

export const schedules: Rule = {
  name: "schedules",
  weight: 1.2,
  find(source) {
    if (!isPython(source) && !isScript(source)) return [];
    return source.nodes.filter((node) => isUse(source, node)).flatMap((node) => factorsAt(source, node));
  },
};

/** The rate where its value is used to compute or to call something, not where it gets one. */
function isUse(source: Source, node: SyntaxNode): boolean {
  if (node.type !== "identifier" || !RATE.test(sourceOf(source, node)) || isOffLimits(node)) return false;
  return (
    node.field !== "name" &&
    node.field !== "key" &&
    node.field !== "pattern" &&
    !(node.field === "left" && /assignment/.test(node.parent?.type ?? ""))
  );
}

function factorsAt(source: Source, rate: SyntaxNode): Rewrite[] {
  const names = namesInReach(source, rate);
  const step = names.find((name) => STEP.test(name));
  const total = totalIn(source);
  const spent =
    names.find((name) => PROGRESS.test(name)) ??
    (step !== undefined && total !== undefined ? `${step} / ${total}` : undefined);
  const statement = sourceOf(source, statementOf(rate));
  const math = mathOf(source);
  const isDecayed = spent === undefined || /\b(?:progress|cos|decay)\b/i.test(statement) || statement.includes(spent);
  const factors: [string, string][] = [];
  if (!isDecayed)
    factors.push(
      ["linear decay", `(1 - ${spent})`],
      ["decay over the second half", `${math.min}(1, 2 * (1 - ${spent}))`],
    );
  if (!isDecayed && math.cos !== undefined)
    factors.push(["cosine decay", `0.5 * (1 + ${math.cos}(${math.pi} * ${spent}))`]);
  if (step !== undefined && !/warm/i.test(statement))
    factors.push(["warm-up over 50 steps", `${math.min}(1, (${step} + 1) / 50)`]);
  return factors.map(([what, factor]) =>
    replaceNode(rate, `(${sourceOf(source, rate)} * ${factor})`, `${what} of ${sourceOf(source, rate)}`),
  );
}

/** The first name in the file for how many steps there are. */
const totalIn = remember((source: Source) =>
  source.nodes
    .filter((node) => node.type === "identifier")
    .map((node) => sourceOf(source, node))
    .find((name) => TOTAL.test(name)),
);

function mathOf(source: Source): { readonly min: string; readonly cos: string | undefined; readonly pi: string } {
  if (isScript(source)) return { min: "Math.min", cos: "Math.cos", pi: "Math.PI" };
  const module = /^import math\b/m.test(source.text)
    ? "math"
    : /^import numpy as np\b/m.test(source.text)
      ? "np"
      : undefined;
  return { min: "min", cos: module && `${module}.cos`, pi: `${module}.pi` };
}

/** Loop variables and parameters around a node, nearest first, and names declared before it in its function. */
function namesInReach(source: Source, node: SyntaxNode): string[] {
  const names: string[] = [];
  for (const up of ancestors(node)) {
    const isIn = (child: SyntaxNode | undefined) =>
      child !== undefined && child.start <= node.start && node.end <= child.end;
    if (up.type.startsWith("for_") && isIn(childOf(up, "body"))) {
      const head = childOf(up, "left") ?? up.children.find((child) => /declaration/.test(child.type));
      if (head !== undefined) names.push(lastIdentifier(sourceOf(source, head).split("=")[0] ?? ""));
    }
    const parameters = childOf(up, "parameters");
    if (parameters === undefined || isIn(parameters)) continue;
    names.push(
      ...parameters.children
        .filter((child) => child.named)
        .map((child) => /[\p{L}_$][\p{L}\p{N}_$]*/u.exec(sourceOf(source, child))?.[0] ?? ""),
    );
    names.push(...declaredBefore(source, up, node));
    break;
  }
  return names;
}

const declarationsIn = remember((source: Source) =>
  source.nodes.filter(({ type }) => /^(?:variable_declarator|assignment)$/.test(type)),
);

const declaredBefore = (source: Source, scope: SyntaxNode, node: SyntaxNode): string[] =>
  declarationsIn(source)
    .filter((one) => one.start >= scope.start && one.end <= node.start)
    .map((one) => sourceOf(source, childOf(one, "name", "left") ?? one));
